namespace KvCow.Tests.Support.Crash;

/// <summary>All kinds of changes among nested savepoints, of which some are undone.</summary>
internal static class SavepointChanges
{
    private const int DepthMax = 3;

    private static readonly Workload[] Kinds =
        [SmallChanges.Apply, BucketChanges.Apply, LargeChanges.Apply, SpillingChanges.Apply];

    public static void Apply(WriteTransaction tx, ModelBucket model, Random random) =>
        Change(tx, model, random, 0);

    private static void Change(
        WriteTransaction tx, ModelBucket model, Random random, int depth)
    {
        for (int steps = random.Next(1, 4); steps > 0; steps--)
        {
            Kinds[random.Next(Kinds.Length)](tx, model, random);
            if (depth < DepthMax && random.Next(2) == 0) Try(tx, model, random, depth);
        }
    }

    private static void Try(WriteTransaction tx, ModelBucket model, Random random, int depth)
    {
        ModelBucket before = model.Clone();
        using Savepoint savepoint = tx.CreateSavepoint();
        Change(tx, model, random, depth + 1);
        if (random.Next(3) == 0)
        {
            savepoint.Rollback();
            model.TakeFrom(before.Clone());
            Change(tx, model, random, depth + 1);
        }

        if (random.Next(2) == 0) savepoint.Release();
        else model.TakeFrom(before);
    }
}
