using KvCow.Tests.Schedules.Scheduling;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>Close, statistics and verify against everything else.</summary>
internal static class CloseScenarios
{
    /// <summary>
    /// The database is closed under readers, writers, statistics and verify: each works or is told
    /// that its handle has ended, and what was acknowledged is in the file.
    /// </summary>
    public static void Close(Stage stage)
    {
        Ledger ledger = Ledger.Drawn(stage.Random);
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        Random random = stage.Random;
        Add(stage, "writer", seed => Write(ledger, new Random(seed), isAsync: false));
        Add(stage, "late writer", seed => Write(ledger, new Random(seed), isAsync: true));
        Add(stage, "reader", seed =>
        {
            SnapshotScenarios.Read(stage, ledger, new Random(seed));
            SnapshotScenarios.Read(stage, ledger, new Random(seed + 1));
        });
        if (random.Next(2) == 0) Add(stage, "statistics", _ => ledger.Database.GetStatistics());
        else Add(stage, "verify", _ => Assert.Empty(ledger.Database.Verify().Findings));
        stage.Add("closer", ledger.Database.Dispose);
    }

    /// <summary>Statistics and verify see one commit, whatever is published meanwhile.</summary>
    public static void Observe(Stage stage)
    {
        Ledger ledger = Ledger.Drawn(stage.Random);
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        SnapshotScenarios.AddWriter(stage, ledger, commits: 3);
        Add(stage, "verify", _ => Assert.Empty(ledger.Database.Verify().Findings));
        Add(stage, "statistics", _ =>
        {
            for (int i = 0; i < 3; i++)
            {
                ulong lowest = ledger.Acknowledged;
                DatabaseStatistics figures = ledger.Database.GetStatistics();
                Assert.InRange(figures.TransactionId, lowest, ledger.Entered);
                long known = 2 + figures.LeafPages + figures.BranchPages + figures.OverflowPages
                    + figures.FreeListPages + figures.FreePages + figures.PendingPages;
                Assert.InRange(known, 0, figures.PageCount);
            }
        });
    }

    private static void Add(Stage stage, string name, Action<int> body)
    {
        int seed = stage.Random.Next();
        stage.Add(name, () =>
        {
            try
            {
                body(seed);
            }
            catch (HandleEndedException)
            {
                // The close came first.
            }
        });
    }

    private static void Write(Ledger ledger, Random random, bool isAsync)
    {
        for (int i = 0; i < 2; i++)
        {
            using WriteTransaction tx = ledger.Database.BeginWrite();
            ledger.Change(tx, random);
            if (isAsync) tx.CommitAsync().AsTask().GetAwaiter().GetResult();
            else tx.Commit();
            ledger.Acknowledge(tx.Id);
        }
    }
}
