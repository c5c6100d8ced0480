using KvCow.Tests.Schedules.Scheduling;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>Readers that begin and end beside a writer that uses freed pages again.</summary>
internal static class SnapshotScenarios
{
    /// <summary>Begin read against publish.</summary>
    public static void Begin(Stage stage)
    {
        Ledger ledger = new();
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        Random random = new(stage.Random.Next());
        stage.Add("reader", () => Read(stage, ledger, random));
        Random renewing = new(stage.Random.Next());
        stage.Add("renewing reader", () => Renew(stage, ledger, renewing));
        AddWriter(stage, ledger, commits: 3);
    }

    /// <summary>
    /// The end of readers of different age, one of them with a pinned value, against the release
    /// of pages pending behind them.
    /// </summary>
    public static void End(Stage stage)
    {
        Ledger ledger = new();
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        for (int reader = 1; reader <= 2; reader++)
        {
            ReadTransaction tx = ledger.BeginRead();
            int key = stage.Random.Next(Ledger.Keys);
            stage.Add($"old reader {reader}", () =>
            {
                using (tx)
                {
                    ledger.CheckGet(tx, key);
                    using PinnedValue? value = tx.OpenBucket("b").GetPinned([(byte)key]);
                    byte[]? copy = value?.Span.ToArray();
                    stage.Pause();
                    ledger.CheckScan(tx);
                    if (value is not null) Assert.True(value.Span.SequenceEqual(copy));
                }
            });
            ledger.Commit(stage.Random);
        }

        Random late = new(stage.Random.Next());
        stage.Add("late reader", () => Read(stage, ledger, late));
        AddWriter(stage, ledger, commits: 3);
    }

    public static void Read(Stage stage, Ledger ledger, Random random)
    {
        using ReadTransaction tx = ledger.BeginRead();
        ledger.CheckGet(tx, random.Next(Ledger.Keys));
        stage.Pause();
        ledger.CheckScan(tx);
    }

    /// <summary>Goes to newer snapshots in place; its bucket follows.</summary>
    public static void Renew(Stage stage, Ledger ledger, Random random, int rounds = 2)
    {
        using ReadTransaction tx = ledger.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        for (int round = 0; round < rounds; round++)
        {
            stage.Pause();
            ulong lowest = ledger.Acknowledged;
            tx.Renew();
            Assert.InRange(tx.Id, lowest, ledger.Entered);
            ledger.CheckGet(tx, random.Next(Ledger.Keys));
            ledger.CheckScan(tx);
            Assert.Equal(tx.OpenBucket("b").Count, bucket.Count);
        }
    }

    public static void AddWriter(Stage stage, Ledger ledger, int commits)
    {
        Random random = new(stage.Random.Next());
        stage.Add("writer", () =>
        {
            for (int i = 0; i < commits; i++) ledger.Commit(random);
        });
    }
}
