using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A batch of the redo log is torn and done without; then another one is written to its place. A
/// crash amid that must not make the torn one whole.
/// </summary>
internal static class RejectedBatch
{
    private static readonly byte[] Bucket = [(byte)'b'];

    /// <summary>Returns how many states were checked.</summary>
    public static int Run(int seed)
    {
        Random random = new(seed);
        CrashPlan plan = new() { StateCount = 0, Options = CrashOptions.ShortRedo };
        RejectedCommits commits = new(plan, random);
        SimulatedDisk disk = new();
        ModelBucket model = new();
        using Database database = Database.Open(disk.OpenStorage(), plan.Options);
        // Places are used again, so that what a torn write leaves of them is no zeros.
        for (int i = random.Next(30, 60); i > 0; i--) model = Change(database, model, random);
        for (int round = 0; round < 3; round++)
        {
            ModelBucket before = model;
            List<SimulatedDisk> states = commits.Tear(
                disk, 20, () => model = Change(database, model, random));
            commits.Repeat(states, before, 20, Change);
        }

        return commits.StateCount;
    }

    private static ModelBucket Change(Database database, ModelBucket model, Random random)
    {
        ModelBucket next = model.Clone();
        database.Write(tx => Change(tx, next, random));
        return next;
    }

    private static void Change(WriteTransaction tx, ModelBucket model, Random random)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket(Bucket);
        model.Buckets.TryAdd(Bucket, new ModelBucket());
        byte[] key = [(byte)random.Next(40)];
        byte[] value = Keys.NextValue(random, 1, 60);
        bucket.Put(key, value);
        model.Buckets[Bucket].Entries[key] = value;
    }
}
