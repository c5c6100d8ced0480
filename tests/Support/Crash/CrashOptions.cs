using KvCow.Engine;

namespace KvCow.Tests.Support.Crash;

/// <summary>The ways of opening a database that crash tests go through.</summary>
internal static class CrashOptions
{
    /// <summary>A small cache, so that contents are read from the disk again.</summary>
    public static readonly StoreOptions Full = new() { PageBytes = 4096, CacheBytes = 256 << 10 };

    /// <summary>The fewest frames there can be: most reads reach the disk.</summary>
    public static readonly StoreOptions NoCache = Full with { CacheBytes = 0 };

    public static readonly StoreOptions Paranoid =
        Full with { Durability = Durability.Paranoid };

    /// <summary>Small commits are told to the redo log.</summary>
    public static readonly StoreOptions Redo = Full with { RedoBytesMax = 32 << 20 };

    /// <summary>Every few commits the redo log is full and their pages are written.</summary>
    public static readonly StoreOptions ShortRedo =
        Full with { RedoBytesMax = 24 << 10, PagesPerStep = 3 };

    /// <summary>Pages of told commits are on their way for long, while others are told.</summary>
    public static readonly StoreOptions SlowPages = ShortRedo with { PagesPerStep = 1 };

    /// <summary>
    /// Every few commits reach the log of the free list beside the file, and every few dozen a
    /// checkpoint.
    /// </summary>
    public static readonly StoreOptions ShortLog =
        Full with { InlineDeltaBytesMax = 60, LogBytesMax = 250 };

    /// <summary>Both logs are short: that of the free list and that of commits.</summary>
    public static readonly StoreOptions ShortLogs = ShortRedo with
    {
        InlineDeltaBytesMax = ShortLog.InlineDeltaBytesMax,
        LogBytesMax = ShortLog.LogBytesMax,
    };

    /// <summary>The ways in which commits become durable with one flush, in turn.</summary>
    public static StoreOptions InTurn(int number) => (number % 4) switch
    {
        0 => Full,
        1 => ShortLog,
        2 => Redo,
        _ => ShortRedo,
    };
}
