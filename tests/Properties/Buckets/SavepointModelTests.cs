using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Buckets;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>Nested savepoints against copies of sorted dictionaries.</summary>
public sealed class SavepointModelTests
{
    private const int DepthMax = 3;

    [Theory, Seeds(count: 100, Shared = true)]
    public void A_rollback_restores_what_the_copy_holds(int seed)
    {
        Random random = new(seed);
        // The fewest frames there can be: pages are spilled all the time.
        StoreOptions options = new() { CacheBytes = random.Next(3) * (256 << 10) };
        using TestDatabase test = TestDatabase.Create(options);
        ModelBucket committed = new();
        for (int transactions = 0; transactions < 2; transactions++)
        {
            ModelBucket model = committed.Clone();
            using (WriteTransaction tx = test.Database.BeginWrite())
            {
                ModelRun run = new(random, tx, model, test.Database.PageBytes);
                Change(run, tx, random, 0);
                run.Check();
                if (random.Next(4) != 0)
                {
                    tx.Commit();
                    committed = model;
                }
            }

            test.Database.Read(tx => ModelAgreement.Check(tx, committed));
            Assert.Empty(test.Database.Verify().Findings);
        }
    }

    private static void Change(ModelRun run, WriteTransaction tx, Random random, int depth)
    {
        for (int rounds = random.Next(1, 4); rounds > 0; rounds--)
        {
            for (int steps = random.Next(25); steps > 0; steps--) run.Step();
            if (depth < DepthMax) Try(run, tx, random, depth + 1);
        }
    }

    private static void Try(ModelRun run, WriteTransaction tx, Random random, int depth)
    {
        ModelMark mark = run.Mark();
        using Savepoint savepoint = tx.CreateSavepoint();
        Change(run, tx, random, depth);
        if (random.Next(3) == 0)
        {
            savepoint.Rollback();
            run.ReturnTo(mark);
            run.Check();
            Change(run, tx, random, depth);
        }

        if (random.Next(2) == 0)
        {
            savepoint.Release();
            return;
        }

        savepoint.Dispose();
        run.ReturnTo(mark);
        run.Check();
    }
}
