using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A commit is torn and rejected; then another begins with the same change, so that it writes the
/// same page to the same place. A crash amid that must not make the rejected one whole.
/// </summary>
internal static class RejectedCommit
{
    private static readonly byte[] First = [(byte)'a'];
    private static readonly byte[] Second = [(byte)'b'];
    private static readonly byte[] Key = [1];

    /// <summary>Returns how many states were checked.</summary>
    public static int Run(int seed)
    {
        Random random = new(seed);
        CrashPlan plan = new() { StateCount = 0 };
        CrashOracle oracle = new(plan, random);
        SimulatedDisk disk = new();
        ModelBucket before = new();
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            before = Change(database, before, [First, Second], [0]);
            before = Change(database, before, [First, Second], [9]);
        }

        List<SimulatedDisk> states = [];
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            CrashPoints points = new(disk, random, 30) { Check = (state, _) => states.Add(state) };
            points.Start();
            Change(database, before, [First], Key);
            points.Stop();
        }

        foreach (SimulatedDisk state in states) Repeat(state, before, oracle, random, plan);
        return oracle.StateCount;
    }

    private static void Repeat(SimulatedDisk disk, ModelBucket before, CrashOracle oracle,
        Random random, CrashPlan plan)
    {
        using Database database = Database.Open(disk.OpenStorage(), plan.Options);
        if (ContentComparison.FindDifference(database, before) is not null) return;

        // The leaf becomes the same again, the page above it another.
        ModelBucket next = before.Clone();
        Put(next, First, Key);
        next.Buckets[First].Sequence = 1;
        CrashPoints points = new(disk, random, 60)
        {
            Expected = new Expectation(before, next),
            Check = oracle.Check,
        };
        points.Start();
        database.Write(tx =>
        {
            tx.OpenBucket(First).Put(Key, Key);
            tx.OpenBucket(First).NextSequence();
        });
        points.Stop();
    }

    private static ModelBucket Change(
        Database database, ModelBucket content, byte[][] names, byte[] key)
    {
        ModelBucket next = content.Clone();
        database.Write(tx =>
        {
            foreach (byte[] name in names)
            {
                tx.OpenOrCreateBucket(name).Put(key, key);
                Put(next, name, key);
            }
        });
        return next;
    }

    private static void Put(ModelBucket content, byte[] name, byte[] key)
    {
        content.Buckets.TryAdd(name, new ModelBucket());
        content.Buckets[name].Entries[key] = key;
    }
}
