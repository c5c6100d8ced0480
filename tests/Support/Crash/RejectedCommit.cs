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
        RejectedCommits commits = new(plan, random);
        SimulatedDisk disk = new();
        ModelBucket before = new();
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            before = Change(database, before, [First, Second], [0]);
            before = Change(database, before, [First, Second], [9]);
        }

        List<SimulatedDisk> states;
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            states = commits.Tear(disk, 30, () => Change(database, before, [First], Key));
        }

        commits.Repeat(states, before, 60, AlmostTheSame);
        return commits.StateCount;
    }

    /// <summary>The leaf becomes the same again, the page above it another.</summary>
    private static void AlmostTheSame(WriteTransaction tx, ModelBucket content, Random random)
    {
        tx.OpenBucket(First).Put(Key, Key);
        tx.OpenBucket(First).NextSequence();
        Put(content, First, Key);
        content.Buckets[First].Sequence = 1;
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
