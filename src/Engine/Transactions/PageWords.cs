using System.Runtime.InteropServices;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Words of 64 pages, one bit each, by their number; only those with a bit set. A few lie in an
/// array, ascending: most sets are those of one small commit, and thousands of them are kept.
/// </summary>
internal struct PageWords
{
    private const int FewMax = 16;

    private (uint Index, ulong Bits)[]? _few;
    private int _count;
    private Dictionary<uint, ulong>? _many;

    /// <summary>The words, ascending.</summary>
    public readonly ReadOnlySpan<(uint Index, ulong Bits)> InOrder()
    {
        if (_many is null) return _few.AsSpan(0, _count);
        (uint Index, ulong Bits)[] words = [.. _many.Select(static word => (word.Key, word.Value))];
        Array.Sort(words, static (a, b) => a.Index.CompareTo(b.Index));
        return words;
    }

    /// <summary>The word's bits; 0 if there are none.</summary>
    public readonly ulong BitsOf(uint index)
    {
        if (_many is not null) return _many.GetValueOrDefault(index);
        int at = Find(index);
        return at >= 0 ? _few![at].Bits : 0;
    }

    /// <summary>The word, to set bits in it at once.</summary>
    public ref ulong Change(uint index)
    {
        int at = _many is null ? Find(index) : -1;
        if (at >= 0) return ref _few![at].Bits;
        if (_many is null && _count < FewMax) return ref Insert(~at, index);
        return ref CollectionsMarshal.GetValueRefOrAddDefault(
            _many ??= ToDictionary(), index, out _);
    }

    public void Remove(uint index)
    {
        if (_many is not null)
        {
            _many.Remove(index);
            return;
        }

        int at = Find(index);
        if (at < 0) return;
        _few.AsSpan(at + 1, --_count - at).CopyTo(_few.AsSpan(at));
    }

    public void Clear()
    {
        _count = 0;
        _many = null;
    }

    /// <summary>Its place, or the complement of the place where it belongs.</summary>
    private readonly int Find(uint index)
    {
        int at = 0;
        while (at < _count && _few![at].Index < index) at++;
        return at < _count && _few![at].Index == index ? at : ~at;
    }

    private ref ulong Insert(int at, uint index)
    {
        _few ??= new (uint, ulong)[2];
        if (_count == _few.Length) Array.Resize(ref _few, _count * 2);
        _few.AsSpan(at, _count++ - at).CopyTo(_few.AsSpan(at + 1));
        _few[at] = (index, 0);
        return ref _few[at].Bits;
    }

    private readonly Dictionary<uint, ulong> ToDictionary()
    {
        Dictionary<uint, ulong> words = [];
        foreach ((uint index, ulong bits) in _few.AsSpan(0, _count)) words.Add(index, bits);
        return words;
    }
}
