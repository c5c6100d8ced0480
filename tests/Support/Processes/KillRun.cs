using KvCow.Tests.Crash.Child;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Support.Processes;

/// <summary>
/// A real process is killed again and again while it commits to a real file. All that it had
/// acknowledged is there afterwards, and at most one record more.
/// </summary>
internal sealed class KillRun(int seed)
{
    private const int KilledExitCode = 128 + 9;

    /// <summary>Calls, and the highest number of one that a short run makes often enough.</summary>
    private static readonly (string Name, int NumberMax)[] Calls =
        [("pwrite64", 40), ("pwritev", 25), ("fdatasync", 40), ("ftruncate", 3), ("rename", 1)];

    private readonly Random _random = new(seed);

    /// <summary>Children that did not end by themselves.</summary>
    public int KillCount { get; private set; }

    /// <summary>Databases that these had open.</summary>
    public int DatabaseCount { get; private set; }

    /// <summary>The child goes on while what it said is read: it dies anywhere.</summary>
    public void AtAnyMoment(int kills)
    {
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("killed.kvcow");
        for (int known = 0; KillCount < kills;)
        {
            using ChildProcess child = ChildProcess.Start(path);
            int last = child.ReadAcknowledged(_random.Next(1, 60));
            child.Kill();
            Count(1);
            last = Math.Max(last, child.ReadAcknowledged(int.MaxValue));
            known = Check(path, Math.Max(known, last));
        }
    }

    /// <summary>
    /// The same of one that has several databases open and commits to all: starting a process is
    /// most of what a kill costs.
    /// </summary>
    public void OfManyAtAnyMoment(int kills, int databases)
    {
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("killed.kvcow");
        int[] known = new int[databases];
        while (KillCount < kills)
        {
            using ChildProcess child = ChildProcess.StartMany(path, databases);
            child.ReadAcknowledged(_random.Next(1, 60 * databases), known);
            child.Kill();
            Count(databases);
            child.ReadAcknowledged(int.MaxValue, known);
            for (int i = 0; i < databases; i++)
                known[i] = Check(ManyWriters.PathOf(path, i), known[i]);
        }
    }

    /// <summary>
    /// At the n-th call of that name; where calls cannot be told apart any moment has to do.
    /// </summary>
    public void AtExactCalls(int kills)
    {
        if (!ChildProcess.CanKillAtCalls)
        {
            AtAnyMoment(kills);
            return;
        }

        using TemporaryFolder folder = new();
        string path = folder.FileNamed("killed.kvcow");
        int known = 0;
        for (int tries = 0; KillCount < kills; tries++)
        {
            if (tries > 4 * kills) throw new CrashFailure("hardly any child was killed");
            (string call, int most) = Calls[_random.Next(Calls.Length)];
            if (call == "rename")
            {
                // Only creation renames.
                File.Delete(path);
                File.Delete(path + ".pending");
                known = 0;
            }

            using ChildProcess child =
                ChildProcess.StartToDieAt(path, call, _random.Next(1, most + 1));
            int last = child.ReadAcknowledged(int.MaxValue);
            if (child.WaitForEnd() == KilledExitCode) Count(1);
            known = Check(path, Math.Max(known, last));
        }
    }

    private void Count(int databases)
    {
        KillCount++;
        DatabaseCount += databases;
    }

    private static int Check(string path, int acknowledged)
    {
        int count = RecordCheck.Run(path);
        return count >= acknowledged && count <= acknowledged + 1
            ? count
            : throw new CrashFailure($"{count} records where {acknowledged} were acknowledged");
    }
}
