namespace KvCow.Bench.Workloads;

/// <summary>All workloads, in the order of the table.</summary>
internal static class WorkloadCatalog
{
    public static IReadOnlyList<Workload> All(int rounds) =>
    [
        new LoadWorkload("load-sorted", isSorted: true),
        new LoadWorkload("load-random", isSorted: false),
        new GetWorkload("get-1t", threads: 1, isSnapshotPerGet: false),
        new GetWorkload("get-2t", threads: 2, isSnapshotPerGet: false),
        new GetWorkload("get-4t", threads: 4, isSnapshotPerGet: false),
        new GetWorkload("get-snapshot", threads: 1, isSnapshotPerGet: true),
        new GetManyWorkload(),
        new ScanWorkload("scan", isReversed: false),
        new ScanWorkload("scan-reverse", isReversed: true),
        new SeekWorkload(),
        new SnapshotWorkload(1),
        new SnapshotWorkload(2),
        new SnapshotWorkload(4),
        new PutWorkload("put-1t") { Commits = 2000 },
        new PutWorkload("put-4t") { Commits = 4000, Threads = 4 },
        new PutWorkload("put-64") { Commits = 19_200, Threads = 64, PrefersTasks = true },
        new PutWorkload("put-64-alone")
        {
            Commits = 9600, Threads = 64, PrefersTasks = true, IsAlone = true,
        },
        new PutWorkload("put-1000") { Commits = 50, PutsPerCommit = 1000 },
        new PutWorkload("put-unflushed") { Commits = 20_000, Flushes = false },
        new DeleteWorkload(rounds),
        new MixedWorkload(),
        new SmallCacheWorkload(),
        new OpenWorkload(),
        new FlushWorkload(),
    ];
}
