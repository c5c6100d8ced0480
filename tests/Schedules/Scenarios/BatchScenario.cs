using KvCow.Tests.Schedules.Scheduling;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>
/// Calls that are done in batches against each other, a writer of its own, one that gives up, and
/// sometimes the close.
/// </summary>
internal static class BatchScenario
{
    public static void Build(Stage stage)
    {
        Ledger ledger = Ledger.Drawn(stage.Random);
        CancellationTokenSource stop = new();
        stage.AtEnd(stop.Dispose);
        stage.AtEnd(() => ledger.CheckReopened(ledger.Entered));
        for (int caller = 1; caller <= 3; caller++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"caller {caller}", () =>
            {
                for (int i = 0; i < 2; i++) Call(ledger, random, stop.Token);
            });
        }

        Random writing = new(stage.Random.Next());
        stage.Add("writer", () => Try(() => ledger.Commit(writing)));
        Random reading = new(stage.Random.Next());
        stage.Add("reader", () => Try(() => SnapshotScenarios.Read(stage, ledger, reading)));
        if (stage.Random.Next(3) == 0) stage.Add("canceller", stop.Cancel);
        if (stage.Random.Next(3) == 0) stage.Add("closer", ledger.Database.Dispose);
    }

    private static void Call(Ledger ledger, Random random, CancellationToken ct) => Try(() =>
    {
        bool fails = random.Next(4) == 0;
        try
        {
            Task<ulong> call = ledger.Database.BatchAsync(
                tx =>
                {
                    ledger.ChangePart(tx, random, fails);
                    return tx.Id;
                }, null, ct);
            // No await of the engine really waits in a schedule: it has waited before.
            Assert.True(call.IsCompleted);
            ledger.Acknowledge(call.GetAwaiter().GetResult());
        }
        catch (FormatException) when (fails)
        {
            // Its changes are gone, and nobody else's.
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // It was not run.
        }
    });

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (HandleEndedException)
        {
            // The close came first.
        }
    }
}
