using System.Diagnostics;

namespace KvCow.Tests.Space;

/// <summary>
/// Loads entries, deletes half, and compacts beside readers that check their snapshots and a writer
/// that commits; then loads the same content into a new file and compares the sizes.
/// </summary>
internal static class DeleteHalf
{
    private const double RatioMax = 1.15;
    private const int Readers = 3;

    public static int Run(string file, int count)
    {
        long[] kept = [.. Enumerable.Range(0, count).Where(i => (i * 7L + 3) % 11 % 2 == 0)];
        HashSet<long> isKept = [.. kept];
        // Only what is asked for compacts here.
        using Database database = Database.Open(file, new DatabaseOptions { DeadShareMax = 1 });
        Entries.Load(database, Enumerable.Range(0, count).Select(static i => (long)i));
        Report(database, "loaded");
        IEnumerable<int> deleted = Enumerable.Range(0, count).Where(i => !isKept.Contains(i));
        foreach (int[] batch in deleted.Chunk(1000))
        {
            database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenBucket("entries");
                foreach (int i in batch) bucket.Delete(Entries.Key(i));
            });
        }

        Report(database, $"{count - kept.Length} deleted");
        using CancellationTokenSource stop = new();
        SnapshotReader[] readers = [.. Enumerable.Range(0, Readers)
            .Select(i => new SnapshotReader(database, kept.Length, i))];
        Task[] tasks = [.. readers.Select(reader => Start(() => reader.Run(stop.Token)))];
        SmallWriter writer = new(database);
        Task writing = Start(() => writer.Run(stop.Token));
        Stopwatch watch = Stopwatch.StartNew();
        CompactionResult result = database.Compact();
        watch.Stop();
        stop.Cancel();
        Task.WaitAll([.. tasks, writing]);
        Console.WriteLine($"{result.End}: {result.BytesMoved >> 20} MiB written, file "
            + $"{result.FileBytesBefore >> 20} -> {result.FileBytesAfter >> 20} MiB, "
            + $"{watch.Elapsed.TotalSeconds:f1} s; {readers.Sum(r => r.Snapshots)} snapshots and "
            + $"{readers.Sum(r => r.Entries)} entries checked, longest begin of a read "
            + $"{readers.Max(r => r.LongestBegin).TotalMilliseconds:f2} ms; "
            + $"{writer.Commits} commits, longest {writer.Longest.TotalMilliseconds:f0} ms");
        Report(database, "the readers and the writer have ended");
        long size = database.GetStatistics().FileBytes;
        long fresh = LoadFresh(file + ".fresh", kept, writer.Commits);
        VerifyReport verify = database.Verify();
        double ratio = (double)size / fresh;
        Console.WriteLine($"file {size}, bulk load of the same {fresh}: {ratio:f3}; verify: "
            + $"{verify.Findings.Count} findings, {verify.Entries} entries");
        return verify.IsSound && ratio <= RatioMax ? 0 : 1;
    }

    private static long LoadFresh(string path, long[] kept, long commits)
    {
        File.Delete(path);
        using (Database fresh = Database.Open(path))
        {
            Entries.Load(fresh, kept);
            fresh.Write(tx =>
            {
                for (long i = 0; i < Math.Min(commits, 1000); i++)
                    tx.OpenOrCreateBucket("writer").Put(Entries.Key(i), Entries.Value(i, 0));
            });
        }

        // A clean close gives the free end back.
        return new FileInfo(path).Length;
    }

    /// <summary>On a thread of its own: the pool has only as many as there are cores.</summary>
    private static Task Start(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Report(Database database, string what)
    {
        DatabaseStatistics figures = database.GetStatistics();
        Console.WriteLine($"{what}: file {figures.FileBytes >> 20} MiB, live "
            + $"{figures.LiveBytes >> 20} MiB, free {figures.FreeBytes >> 20} MiB");
    }
}
