using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Opening after any crash reads the pages of the last commit and the log: never the whole file.
/// </summary>
internal static class RecoveryCost
{
    private const int Entries = 20_000;

    /// <summary>Two candidates of a few pages each, every page read twice, and the log.</summary>
    private const int ReadsMax = 60;

    /// <summary>Returns how many states were opened.</summary>
    public static int Run(int seed)
    {
        Random random = new(seed);
        StoreOptions options = CrashOptions.Full with { InlineDeltaBytesMax = 60 };
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), options);
        database.Write(tx => PutSome(tx, Entries, random));
        // The commits that a crash from here on may leave are small ones.
        for (int i = 0; i < 3; i++) database.Write(tx => PutSome(tx, 1, random));
        if (database.GetStatistics().LeafPages < 4 * ReadsMax)
            throw new InvalidOperationException("Too few pages to tell.");

        int count = 0;
        CrashPoints points = new(disk, random, 10)
        {
            Check = (state, _) =>
            {
                count++;
                using Database opened = Database.Open(state.OpenStorage(), options);
                if (state.Counters.Reads > ReadsMax)
                    throw new CrashFailure($"recovery read {state.Counters.Reads} times");
            },
        };
        points.Start();
        for (int i = 0; i < 10; i++) database.Write(tx => PutSome(tx, 1, random));
        points.Stop();
        return count;
    }

    private static void PutSome(WriteTransaction tx, int count, Random random)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket("b");
        for (int i = 0; i < count; i++)
            bucket.Put(BitConverter.GetBytes(random.NextInt64()), new byte[50]);
    }
}
