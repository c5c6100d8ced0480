using KvCow.Tests.Schedules.Scheduling;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>
/// Writers that share flushes: who leads, who is handed the lead, who stops waiting.
/// </summary>
internal static class CommitScenarios
{
    /// <summary>
    /// Leaders that hand over against those that join, with a wait that is cancelled.
    /// </summary>
    public static void Group(Stage stage)
    {
        Ledger ledger = Ledger.Drawn(stage.Random, shortLog: stage.Random.Next(4) == 0);
        CancellationTokenSource stop = new();
        stage.AtEnd(stop.Dispose);
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        for (int writer = 1; writer <= 3; writer++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"writer {writer}", () =>
            {
                for (int i = 0; i < 2; i++) Commit(ledger, random, stop.Token);
            });
        }

        Random reading = new(stage.Random.Next());
        stage.Add("reader", () => SnapshotScenarios.Renew(stage, ledger, reading));
        if (stage.Random.Next(3) == 0) stage.Add("canceller", stop.Cancel);
    }

    /// <summary>
    /// Commits that the redo log makes durable, finished while the one before is flushed, which
    /// readers see before them.
    /// </summary>
    public static void Told(Stage stage) => WriteBesideReader(stage, Ledger.WithRedoLog(), 5);

    /// <summary>
    /// Pages of told commits that are written while others are told, want theirs in the file, or
    /// find the log full again.
    /// </summary>
    public static void PagesBeside(Stage stage)
    {
        Ledger ledger = Ledger.WithShortRedoLog();
        WriteBesideReader(stage, ledger, 6);
        if (stage.Random.Next(3) == 0)
            stage.Add("verifier", () => Assert.Empty(ledger.Database.Verify().Findings));
    }

    /// <summary>
    /// A flush that fails: its group and those behind it are told so, readers go on, and what was
    /// acknowledged is there.
    /// </summary>
    public static void FailedFlush(Stage stage)
    {
        Ledger ledger = Ledger.Drawn(stage.Random);
        ledger.Disk.Faults.Fail(DiskOperation.Flush, stage.Random.Next(1, 5));
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        for (int writer = 1; writer <= 3; writer++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"writer {writer}", () =>
            {
                try
                {
                    for (int i = 0; i < 2; i++) Commit(ledger, random, default);
                }
                catch (DatabaseFailedException)
                {
                    Assert.True(ledger.Database.GetStatistics().IsFailed);
                }
            });
        }

        Random reading = new(stage.Random.Next());
        stage.Add("reader", () => SnapshotScenarios.Read(stage, ledger, reading));
    }

    private static void WriteBesideReader(Stage stage, Ledger ledger, int commits)
    {
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        for (int writer = 1; writer <= 2; writer++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"writer {writer}", () =>
            {
                for (int i = 0; i < commits; i++) ledger.Commit(random);
            });
        }

        Random reading = new(stage.Random.Next());
        stage.Add("reader", () => SnapshotScenarios.Renew(stage, ledger, reading, rounds: 6));
    }

    private static void Commit(Ledger ledger, Random random, CancellationToken ct)
    {
        try
        {
            if (random.Next(2) == 0)
            {
                ledger.Commit(random);
                return;
            }

            // No await of the engine really waits in a schedule: it has waited before.
            Task<WriteTransaction> begin = ledger.Database.BeginWriteAsync(ct).AsTask();
            Assert.True(begin.IsCompleted);
            using WriteTransaction tx = begin.GetAwaiter().GetResult();
            ledger.Change(tx, random);
            Task commit = tx.CommitAsync(ct).AsTask();
            Assert.True(commit.IsCompleted);
            commit.GetAwaiter().GetResult();
            ledger.Acknowledge(tx.Id);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Once queued it is durable all the same, but nobody was told.
        }
    }
}
