using System.Numerics;

namespace KvCow.Engine.Cache;

/// <summary>How many frames a cache has, in how many shards.</summary>
internal readonly record struct CacheSize(int ShardCount, int FramesPerShard)
{
    /// <summary>With fewer, the batches that eviction works in would be most of it.</summary>
    private const int FramesLeast = 64;

    /// <summary>
    /// Frames per shard, about: enough for second chance to find a cold page among them, and few
    /// enough that 256 MiB make 64 shards, on which two misses seldom meet.
    /// </summary>
    private const int FramesPerShardWanted = 1024;

    /// <summary>With fewer, a shard could not free frames in batches.</summary>
    private const int FramesPerShardMin = 32;

    private const int ShardsMax = 256;

    public int FrameCount => ShardCount * FramesPerShard;

    public static CacheSize For(long capacityBytes, int pageBytes)
    {
        long wanted = Math.Clamp(capacityBytes / pageBytes, FramesLeast, Array.MaxLength / 2);
        int shardCount = Math.Clamp(
            (int)BitOperations.RoundUpToPowerOf2((uint)(wanted / FramesPerShardWanted)),
            1, ShardsMax);
        return new CacheSize(shardCount, (int)(wanted / shardCount));
    }

    /// <summary>The least frames that so many shards can work with.</summary>
    public static long FramesMin(int shardCount) =>
        Math.Max(FramesLeast, shardCount * FramesPerShardMin);
}
