using System.Diagnostics;

namespace KvCow.Tests.Space;

/// <summary>
/// Backs up a snapshot of many entries while a writer overwrites them, and compares the copy with
/// the snapshot, entry by entry.
/// </summary>
internal static class HotBackup
{
    private const long CacheBytes = 64 << 20;

    public static int Run(string file, int count)
    {
        string backup = file + ".backup";
        File.Delete(backup);
        using Database database = Database.Open(file, Options());
        Entries.Load(database, Enumerable.Range(0, count).Select(static i => (long)i));
        ForgetPeak();
        using ReadTransaction snapshot = database.BeginRead();
        using CancellationTokenSource stop = new();
        long commits = 0;
        Task writing = Task.Factory.StartNew(
            () => commits = Overwrite(database, count, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Stopwatch watch = Stopwatch.StartNew();
        BackupReport report = snapshot.BackupTo(backup);
        watch.Stop();
        stop.Cancel();
        writing.Wait();

        using Database copy = Database.Open(backup, Options());
        long different = CountDifferent(snapshot, copy, count);
        VerifyReport verify = copy.Verify();
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"{count} entries, {report.FileBytes >> 20} MiB in "
            + $"{watch.Elapsed.TotalSeconds:f1} s beside {commits} commits; {different} entries "
            + $"differ, verify: {verify.Findings.Count} findings; peak resident "
            + $"{self.PeakWorkingSet64 / 1_000_000} MB with two databases of "
            + $"{CacheBytes >> 20} MiB open");
        return different == 0 && verify.IsSound && commits > 0 ? 0 : 1;
    }

    private static DatabaseOptions Options() => new() { CacheBytes = CacheBytes };

    /// <summary>What the load needed, all keys at once, is no part of the backup.</summary>
    private static void ForgetPeak()
    {
        const string Reset = "/proc/self/clear_refs";
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // 5: the highest resident size is counted anew from here.
        if (File.Exists(Reset)) File.WriteAllText(Reset, "5");
    }

    private static long Overwrite(Database database, int count, CancellationToken ct)
    {
        Random random = new(1);
        long commits = 0;
        while (!ct.IsCancellationRequested)
        {
            long number = random.Next(count);
            database.Write(tx => tx.OpenBucket("entries")
                .Put(Entries.Key(number), Entries.Value(number, commits + 1)));
            commits++;
        }

        return commits;
    }

    private static long CountDifferent(ReadTransaction snapshot, Database copy, int count)
    {
        using ReadTransaction tx = copy.BeginRead();
        EntryEnumerator there = tx.OpenBucket("entries").From(default).GetEnumerator();
        long different = 0;
        long seen = 0;
        foreach (EntryView entry in snapshot.OpenBucket("entries"))
        {
            seen++;
            bool isSame = there.MoveNext() && entry.Key.SequenceEqual(there.Current.Key)
                && entry.Value.SequenceEqual(there.Current.Value);
            if (!isSame) different++;
        }

        bool isLonger = there.MoveNext();
        there.Dispose();
        return different + Math.Abs(seen - count) + (isLonger ? 1 : 0);
    }
}
