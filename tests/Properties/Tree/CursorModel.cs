using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Tree;

/// <summary>Where a cursor must be, worked out from the sorted keys alone.</summary>
internal sealed class CursorModel(SortedDictionary<byte[], byte[]> entries)
{
    private byte[]? _key;
    private bool _isBeforeFirst;

    /// <summary>The entry's key, or null when the cursor is on none.</summary>
    public byte[]? Key => _key is not null && entries.ContainsKey(_key) ? _key : null;

    public void SeekAbove(byte[] key, bool inclusive) => Settle(
        entries.Keys.FirstOrDefault(k => Compare(k, key) >= (inclusive ? 0 : 1)),
        isBeforeFirst: false);

    public void MoveNext()
    {
        if (_key is null && !_isBeforeFirst) return;
        Settle(
            entries.Keys.FirstOrDefault(k => _key is null || Compare(k, _key) > 0),
            isBeforeFirst: false);
    }

    public void MovePrevious()
    {
        if (_key is null && _isBeforeFirst) return;
        Settle(
            entries.Keys.LastOrDefault(k => _key is null || Compare(k, _key) < 0),
            isBeforeFirst: true);
    }

    private void Settle(byte[]? key, bool isBeforeFirst)
    {
        _key = key;
        _isBeforeFirst = isBeforeFirst;
    }

    private static int Compare(byte[] a, byte[] b) =>
        Math.Sign(BytesComparer.Instance.Compare(a, b));
}
