using KvCow.Tests.Crash.Child;
using KvCow.Tests.Support;

namespace KvCow.Tests.Crash;

/// <summary>
/// A real process is killed again and again while it commits to a real file: 10 seeds of 10 kills.
/// </summary>
public sealed class KillTests
{
    private static readonly string[] Calls = ["pwrite64", "pwritev", "fdatasync"];

    [Theory, Seeds(6)]
    public void Acknowledged_records_survive_a_kill_at_any_moment(int seed)
    {
        Random random = new(seed);
        Run(path =>
        {
            // The child goes on while the last number it said is read: it dies anywhere.
            using ChildProcess child = ChildProcess.Start(path);
            int last = child.ReadAcknowledged(random.Next(1, 60));
            child.Kill();
            return Math.Max(last, child.ReadAcknowledged(int.MaxValue));
        });
    }

    [Theory, Seeds(4)]
    public void Acknowledged_records_survive_a_kill_at_an_exact_system_call(int seed)
    {
        Random random = new(seed);
        Run(path =>
        {
            // Where calls cannot be told apart, any moment has to do.
            using ChildProcess child = ChildProcess.CanKillAtCalls
                ? ChildProcess.StartToDieAt(path, Calls[random.Next(3)], random.Next(1, 25))
                : ChildProcess.Start(path);
            if (ChildProcess.CanKillAtCalls)
            {
                int all = child.ReadAcknowledged(int.MaxValue);
                child.WaitForEnd();
                return all;
            }

            int last = child.ReadAcknowledged(random.Next(1, 25));
            child.Kill();
            return Math.Max(last, child.ReadAcknowledged(int.MaxValue));
        });
    }

    private static void Run(Func<string, int> runAndKill)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("kvcow-kill-");
        try
        {
            string path = Path.Combine(directory.FullName, "killed.kvcow");
            int known = 0;
            for (int kill = 0; kill < 10; kill++)
            {
                int acknowledged = Math.Max(known, runAndKill(path));
                known = CheckRecords(path, acknowledged);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Returns how many records there are: those acknowledged, or one more.</summary>
    private static int CheckRecords(string path, int acknowledged)
    {
        using Database database = Database.Open(path);
        Assert.Empty(database.Verify().Findings);
        using ReadTransaction tx = database.BeginRead();
        Bucket? bucket = tx.TryOpenBucket(Records.Bucket);
        int count = (int)(bucket?.Count ?? 0);
        Assert.InRange(count, acknowledged, acknowledged + 1);
        if (bucket is null) return 0;

        int number = 0;
        foreach (EntryView entry in bucket)
        {
            number++;
            Assert.True(entry.Key.SequenceEqual(Records.Key(number)));
            Assert.True(entry.Value.SequenceEqual(Records.Value(number)));
        }

        Assert.Equal(count, number);
        return count;
    }
}
