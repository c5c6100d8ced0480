using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>
/// A seed is worth something only if it does the same again: nothing that one thread asks for may
/// be done by another at a time of its own.
/// </summary>
public sealed class RepeatableTests
{
    private const int Commits = 100;

    [Theory, Seeds(2, Shared = true)]
    public void A_seed_makes_the_same_operations_each_time(int seed)
    {
        List<StorageEvent> first = Record(seed);
        for (int again = 0; again < 10; again++) Assert.Equal(first, Record(seed));
    }

    private static List<StorageEvent> Record(int seed)
    {
        List<StorageEvent> done = [];
        SimulatedDisk disk = new() { Observer = done.Add };
        Random random = new(seed);
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.SlowPages);
        for (int i = 0; i < Commits; i++)
        {
            using WriteTransaction tx = database.BeginWrite();
            LargeChanges.Apply(tx, new ModelBucket(), random);
            tx.Commit();
            // Time for whoever is to be found out.
            if (i % 10 == 0) Thread.Yield();
        }

        return done;
    }
}
