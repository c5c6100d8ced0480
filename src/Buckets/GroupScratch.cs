using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>What a look-up of many keys needs and the thread keeps for its next one.</summary>
internal sealed class GroupScratch
{
    /// <summary>Larger buffers are not kept.</summary>
    private const int KeptBytesMax = 64 << 10;

    [ThreadStatic]
    private static GroupScratch? _ofThread;

    private readonly Place[] _places = new Place[GroupSearch.KeysMax];
    private byte[] _bytes = [];
    private int _byteCount;

    public GroupSearch Search { get; } = new();

    /// <summary>
    /// Nobody else uses it until it is given back, also if a callback looks up keys in its turn.
    /// </summary>
    public static GroupScratch Take()
    {
        GroupScratch taken = _ofThread ?? new GroupScratch();
        _ofThread = null;
        return taken;
    }

    public void GiveBack()
    {
        if (_bytes.Length > KeptBytesMax) _bytes = [];
        Search.Trim();
        _ofThread = this;
    }

    /// <summary>Forgets the values of the last group.</summary>
    public void Clear() => _byteCount = 0;

    public void KeepMissing(int index) => _places[index] = default;

    public void Keep(int index, in CellValue value)
    {
        int length = value.Bytes.Length;
        if (_bytes.Length - _byteCount < length)
            Array.Resize(ref _bytes, Math.Max(_byteCount + length, 2 * _bytes.Length));
        value.Bytes.CopyTo(_bytes.AsSpan(_byteCount));
        _places[index] = new Place(true, value.Kind, _byteCount, length);
        _byteCount += length;
    }

    public bool TryGet(int index, out CellValue value)
    {
        Place place = _places[index];
        value = new CellValue(place.Kind, _bytes.AsSpan(place.Offset, place.Length));
        return place.Found;
    }

    private readonly record struct Place(bool Found, CellKind Kind, int Offset, int Length);
}
