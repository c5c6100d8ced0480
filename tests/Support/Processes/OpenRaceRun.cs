using Xunit;

namespace KvCow.Tests.Support.Processes;

/// <summary>
/// Two processes, and two handles of one, race to open or create the same file: one gets it, and
/// the other is told who has it, or gets it when the first lets go.
/// </summary>
internal sealed class OpenRaceRun : IDisposable
{
    private static readonly DatabaseOptions AtOnce = new() { LockTimeout = TimeSpan.Zero };

    private static readonly DatabaseOptions Patient = new()
    {
        LockTimeout = TimeSpan.FromMinutes(2), // Only a hang lasts so long.
    };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kvcow-race-");

    private string FilePath => Path.Combine(_directory.FullName, "raced.kvcow");

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Of two processes one opens; the other is told by whom it is kept.</summary>
    public void BetweenProcesses(int seed, int races)
    {
        Random random = new(seed);
        using ChildProcess child = ChildProcess.StartRacer(FilePath);
        for (int race = 0; race < races; race++)
        {
            if (random.Next(2) == 0) File.Delete(FilePath); // Then they race to create it.
            bool creates = !File.Exists(FilePath);
            child.Tell(0);
            Thread.SpinWait(random.Next(200_000));
            (Database? own, DatabaseLockedException? refusal) = TryOpen(AtOnce);
            int answer = child.Listen();
            if (own is not null)
            {
                Assert.True(answer <= 0, "Both have it.");
                AssertOwner(Environment.ProcessId, -answer, creates);
                own.Dispose();
                continue;
            }

            Assert.Equal(child.Id, answer);
            Assert.NotNull(refusal);
            AssertOwner(child.Id, refusal.OwnerProcessId ?? 0, creates);
            Assert.Contains(FilePath, refusal.Message, StringComparison.Ordinal);
            child.Tell(0);
            using Database released = Database.Open(FilePath, Patient);
        }

        CheckFile();
    }

    /// <summary>A process that waits gets the file when it is released.</summary>
    public void WithWaiting(int races)
    {
        using ChildProcess child = ChildProcess.StartRacer(FilePath);
        for (int race = 0; race < races; race++)
        {
            using (Database own = Database.Open(FilePath, Patient))
            {
                child.Tell(120_000);
                own.Write(static tx => tx.OpenOrCreateBucket("opened").NextSequence());
            }

            Assert.Equal(child.Id, child.Listen());
            child.Tell(0);
        }

        CheckFile();
    }

    /// <summary>Of two handles one opens; the other is refused, or waits.</summary>
    public void BetweenHandles(int seed)
    {
        bool waits = seed % 3 == 0;
        bool creates = seed % 2 == 0;
        if (!creates) Database.Open(FilePath).Dispose();
        using Barrier together = new(2);
        Database?[] opened = new Database?[2];
        Exception?[] failures = new Exception?[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(side => new Thread(() =>
        {
            try
            {
                together.SignalAndWait();
                opened[side] = Database.Open(FilePath, waits ? Patient : AtOnce);
                if (waits) opened[side]!.Dispose(); // Opened in the line above.
            }
            catch (Exception failure)
            {
                failures[side] = failure;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();

        int winner = opened[0] is not null ? 0 : 1;
        Assert.Null(failures[winner]);
        Assert.NotNull(opened[winner]);
        if (waits)
        {
            Assert.NotNull(opened[1 - winner]);
        }
        else
        {
            var refusal = Assert.IsType<DatabaseLockedException>(failures[1 - winner]);
            AssertOwner(Environment.ProcessId, refusal.OwnerProcessId ?? 0, creates);
            opened[winner]!.Dispose(); // Asserted above.
        }

        CheckFile();
    }

    private (Database? Opened, DatabaseLockedException? Refusal) TryOpen(DatabaseOptions options)
    {
        try
        {
            return (Database.Open(FilePath, options), null);
        }
        catch (DatabaseLockedException refusal)
        {
            return (null, refusal);
        }
    }

    private static void AssertOwner(int expected, int named, bool creates)
    {
        // Only Linux tells; and whoever creates the file lets go of it for a moment, by its former
        // name, before it takes it by its own.
        if (named == 0 && (creates || !OperatingSystem.IsLinux())) return;
        Assert.Equal(expected, named);
    }

    private void CheckFile()
    {
        using Database database = Database.Open(FilePath, Patient);
        Assert.Empty(database.Verify().Findings);
        Assert.False(File.Exists(FilePath + ".new"));
    }
}
