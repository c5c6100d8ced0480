using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// The shards of a cache, each made when its first page comes: a large cache costs what is used of
/// it, not what it may hold.
/// </summary>
internal sealed class CacheShards(
    FrameSet frames, PageTable table, ReaderSlots slots, CacheSize size)
{
    // Guards the making of shards and their limit; shards are read without it.
    private readonly Lock _gate = new();
    private readonly CacheShard?[] _shards = new CacheShard?[size.ShardCount];
    private int _limit = size.FramesPerShard;

    public int Count => _shards.Length;

    /// <summary>The shard that a frame belongs to; they lie between each other.</summary>
    public CacheShard OfFrame(int frame) => this[frame % _shards.Length];

    public CacheShard OfPage(PageId id)
    {
        // Fibonacci hashing: neighbouring pages go to different shards.
        uint hash = id.Index * 0x9E37_79B1;
        return this[(int)((ulong)hash * (uint)_shards.Length >> 32)];
    }

    public CacheShard this[int index] => Volatile.Read(ref _shards[index]) ?? Make(index);

    /// <summary>Frames that each shard may use from here on.</summary>
    public void SetLimit(int perShard)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _limit = perShard;
            foreach (CacheShard? shard in _shards) shard?.SetLimit(perShard);
        }
    }

    public (long Evictions, long FramesUsed) Sum()
    {
        long evictions = 0;
        long framesUsed = 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            if (Volatile.Read(ref _shards[i]) is not { } shard) continue;
            evictions += shard.Evictions;
            framesUsed += shard.FramesUsed;
        }

        return (evictions, framesUsed);
    }

    private CacheShard Make(int index)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_shards[index] is { } made) return made;
            CacheShard shard = new(
                frames, table, slots, index, _shards.Length, size.FramesPerShard);
            if (_limit < size.FramesPerShard) shard.SetLimit(_limit);
            Volatile.Write(ref _shards[index], shard);
            return shard;
        }
    }
}
