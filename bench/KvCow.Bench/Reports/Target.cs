using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Reports;

/// <summary>One row of the table: a figure, and the ratio that it should reach.</summary>
/// <param name="Title">As in the table.</param>
/// <param name="Workload">Where the figure comes from.</param>
/// <param name="Figure">Its name.</param>
/// <param name="Against">A peer's name; null for the best of all.</param>
/// <param name="Ratio">
/// The least ratio to reach; the greatest, where less is better. 0: no aim of its own.
/// </param>
internal sealed record Target(
    string Title, string Workload, string Figure, string? Against, double Ratio)
{
    private const string Lmdb = "lmdb";
    private const string RocksDb = "rocksdb";

    public static readonly IReadOnlyList<Target> All =
    [
        new("bulk load, sorted", "load-sorted", Figures.PerSecond, null, 1.5),
        new("bulk load, random order", "load-random", Figures.PerSecond, null, 2.0),
        Less("file after that, MB", "load-random", Figures.FileBytes, Lmdb, 0.85),
        new("random get, one transaction", "get-1t", Figures.PerSecond, Lmdb, 2.0),
        new("same, 2 threads", "get-2t", Figures.PerSecond, Lmdb, 2.0),
        new("same, 4 threads", "get-4t", Figures.PerSecond, Lmdb, 0),
        new("random get, a snapshot per get", "get-snapshot", Figures.PerSecond, null, 2.0),
        new("`GetMany`, against single gets", "get-many", Figures.PerSecond, Lmdb, 8.0),
        new("scan forward, entries", "scan", Figures.PerSecond, null, 3.0),
        new("scan in reverse, entries", "scan-reverse", Figures.PerSecond, null, 3.0),
        new("seek + 10 entries", "seek-10", Figures.PerSecond, null, 1.5),
        new("renewing a read, 1 thread", "snapshot-1t", Figures.PerSecond, Lmdb, 0),
        new("same, 2 threads", "snapshot-2t", Figures.PerSecond, Lmdb, 0),
        new("same, 4 threads", "snapshot-4t", Figures.PerSecond, Lmdb, 0),
        Less("begin + end of a read, ns", "snapshot-1t", Figures.BeginNanoseconds, Lmdb, 0),
        new("1 put per durable commit", "put-1t", Figures.PerSecond, Lmdb, 1.5),
        new("same, against the best", "put-1t", Figures.PerSecond, null, 1.0),
        new("same, 4 threads", "put-4t", Figures.PerSecond, RocksDb, 1.0),
        new("same, 64 writers", "put-64", Figures.PerSecond, RocksDb, 1.0),
        new("same, a transaction each", "put-64-alone", Figures.PerSecond, RocksDb, 1.0),
        new("1000 random puts per durable commit", "put-1000", Figures.PerSecond, RocksDb, 1.0),
        new("1000 deletes per durable commit", "delete-1000", Figures.PerSecond, RocksDb, 1.0),
        Less("file after deleting half, MB", "delete-1000", Figures.FileBytes, Lmdb, 0),
        Less("file compacted, against LMDB's", "delete-1000", Figures.CompactedBytes, Lmdb, 0.6),
        new("1 put per commit, not flushed", "put-unflushed", Figures.PerSecond, RocksDb, 1.0),
        new("3 readers beside a writer, gets", "mixed", Figures.PerSecond, Lmdb, 1.0),
        new("same, commits of 100", "mixed", Figures.CommitsPerSecond, RocksDb, 0.5),
        new("random get, data 4 x cache", "small-cache", Figures.PerSecond, null, 1.2),
        Less("open + get, new process, us", "open", Figures.FirstOpen, Lmdb, 0),
        Less("open + get, code warm, us", "open", Figures.LaterOpen, Lmdb, 0),
        Less("clean open, us", "open", Figures.CleanOpen, Lmdb, 0),
        Less("open after a kill, us", "open", Figures.KilledOpen, Lmdb, 0),
        Less("flushes per durable commit", "flushes", Figures.FlushesPerCommit, null, 0),
        Less("writes through, per commit", "flushes", Figures.SynchronousWritesPerCommit, null, 0),
    ];

    public bool LessIsBetter { get; private init; }

    /// <summary>KvCow's figure over the other's; null if one of them is missing.</summary>
    public double? RatioIn(ResultFile file)
    {
        if (file.Find(Workload, Peer.Ours)?.Median(Figure) is not { } ours) return null;
        double[] others = [.. Peer.All
            .Where(peer => peer.Name != Peer.Ours && (Against is null || peer.Name == Against))
            .Select(peer => file.Find(Workload, peer.Name)?.Median(Figure)).OfType<double>()];
        if (others.Length == 0) return null;
        double other = LessIsBetter ? others.Min() : others.Max();
        return other == 0 ? null : ours / other;
    }

    /// <summary>Whether the ratio is reached; null without a ratio or an aim.</summary>
    public bool? IsMetIn(ResultFile file) => RatioIn(file) is { } ratio && Ratio > 0
        ? LessIsBetter ? ratio <= Ratio : ratio >= Ratio
        : null;

    private static Target Less(
        string title, string workload, string figure, string? against, double ratio) =>
        new(title, workload, figure, against, ratio) { LessIsBetter = true };
}
