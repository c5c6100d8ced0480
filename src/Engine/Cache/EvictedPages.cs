using System.Numerics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Cache;

/// <summary>
/// About which pages one shard has evicted lately: a page that is read again so soon was worth
/// keeping. A table of ids in which a newer one takes the place of an older.
/// </summary>
internal sealed class EvictedPages(int capacity)
{
    private readonly uint[] _ids = new uint[BitOperations.RoundUpToPowerOf2((uint)capacity)];

    public void Add(PageId id) => PlaceOf(id) = id.Index;

    /// <summary>True if the page is among them, which it is not from then on.</summary>
    public bool Remove(PageId id)
    {
        ref uint place = ref PlaceOf(id);
        if (place != id.Index) return false;
        place = PageId.None.Index;
        return true;
    }

    // Not the hash that chose the shard, whose upper bits are alike here.
    private ref uint PlaceOf(PageId id) =>
        ref _ids[(id.Index * 0x85EB_CA6B >> 8) & (uint)(_ids.Length - 1)];
}
