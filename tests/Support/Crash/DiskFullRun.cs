using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A full disk refuses a commit and nothing else: it is read, mostly deleted, compacted, and filled
/// again, with power cuts between.
/// </summary>
internal static class DiskFullRun
{
    private static readonly byte[] Name = [(byte)'d'];

    /// <param name="seed">Every choice follows from it.</param>
    /// <param name="rounds">How often the disk is filled.</param>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public static void Run(int seed, int rounds)
    {
        Random random = new(seed);
        CrashPlan plan = new()
        {
            StateCount = 0,
            Options = CrashOptions.InTurn(seed),
        };
        SimulatedDisk disk = new() { CapacityBytes = random.Next(400, 3000) << 10 };
        ModelBucket content = new();
        content.Buckets.Add(Name, new ModelBucket());
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            database.Write(tx => tx.CreateBucket(Name));
            for (int round = 0; round < rounds; round++)
            {
                content = FillUp(database, content, random);
                AssertHolds(database, content, isFull: true);
                content = DeleteMost(database, content, random);
                if (random.Next(2) == 0) database.Compact();
                AssertHolds(database, content, isFull: false);
                CheckCrashStates(disk, plan, content, random);
            }
        }

        CheckCrashStates(disk, plan, content, random);
    }

    private static ModelBucket FillUp(Database database, ModelBucket content, Random random)
    {
        for (int commits = 0; ; commits++)
        {
            ModelBucket next = content.Clone();
            try
            {
                using WriteTransaction tx = database.BeginWrite();
                for (int i = random.Next(1, 30); i > 0; i--) Put(tx, next, random);
                tx.Commit();
            }
            catch (DatabaseFullException)
            {
                if (commits == 0) throw new CrashFailure("nothing fits on the emptied disk");
                return content;
            }

            content = next;
        }
    }

    private static void Put(WriteTransaction tx, ModelBucket content, Random random)
    {
        byte[] key = Keys.NextValue(random, 4, 12);
        byte[] value = Keys.NextValue(random, 0, random.Next(10) == 0 ? 20_000 : 500);
        tx.OpenBucket(Name).Put(key, value);
        content.Buckets[Name].Entries[key] = value;
    }

    /// <summary>In commits of their own, since on a full disk each has to work.</summary>
    private static ModelBucket DeleteMost(Database database, ModelBucket content, Random random)
    {
        ModelBucket left = content.Clone();
        foreach (byte[][] keys in left.Buckets[Name].Entries.Keys.ToArray().Chunk(40))
        {
            database.Write(tx =>
            {
                foreach (byte[] key in keys.Where(_ => random.Next(10) != 0))
                {
                    if (!tx.OpenBucket(Name).Delete(key)) throw new CrashFailure("a key is gone");
                    left.Buckets[Name].Entries.Remove(key);
                }
            });
        }

        return left;
    }

    private static void AssertHolds(Database database, ModelBucket content, bool isFull)
    {
        new Expectation(content).Identify(database);
        try
        {
            CrashOracle.AssertSound(database);
        }
        catch (DatabaseFullException)
        {
            // Full to the last page, and the newest commits are in the redo log and in memory:
            // there is no room to put their pages where verify could look at them. On a disk that
            // is full no longer the next commit makes some.
            if (isFull) return;
            (byte[] key, byte[] value) = content.Buckets[Name].Entries.First();
            database.Write(tx => tx.OpenBucket(Name).Put(key, value));
            CrashOracle.AssertSound(database);
        }
    }

    private static void CheckCrashStates(
        SimulatedDisk disk, CrashPlan plan, ModelBucket content, Random random)
    {
        CrashOracle oracle = new(plan with { FurtherCommitsEvery = int.MaxValue }, random);
        foreach (SimulatedDisk state in CrashStates.Enumerate(disk, random, 20))
        {
            state.CapacityBytes = null;
            oracle.Check(state, new Expectation(content));
        }
    }
}
