using KvCow.Engine;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>
/// A writing thread is interrupted again and again, at whatever lock it waits for just then: the
/// transaction commits or is rolled back, and the database works on.
/// </summary>
public sealed class InterruptTests
{
    private const int Commits = 600;

    // On a real file: the simulated disk has locks of its own, which no device has.
    [Theory, Seeds(count: 1)]
    public void Interrupts_roll_back_or_do_not_matter(int seed)
    {
        string directory = Directory.CreateTempSubdirectory("kvcow").FullName;
        try
        {
            string path = Path.Combine(directory, "interrupts.kvcow");
            StoreOptions options = new() { CacheBytes = 0, PoisonFreedFrames = true };
            using (Database database = Database.Open(new FileStorage(path), options))
                Run(database, seed);
            using Database reopened = Database.Open(path);
            Assert.Empty(reopened.Verify().Findings);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Run(Database database, int seed)
    {
        database.Write(tx => Fill(tx.CreateBucket("b")));
        Thread? writer = null;
        bool done = false;
        long acknowledged = 0;
        Threads.Run(4, (thread, failed) =>
        {
            if (thread == 0)
            {
                Volatile.Write(ref writer, Thread.CurrentThread);
                Write(database, new Random(seed), ref acknowledged);
                Volatile.Write(ref done, true);
            }
            else if (thread == 1)
            {
                // A few per commit; a writer that is nothing but interrupted never gets on.
                long last = -1;
                while (!Volatile.Read(ref done))
                {
                    failed.ThrowIfCancellationRequested();
                    long now = Interlocked.Read(ref acknowledged);
                    if (now != last) Volatile.Read(ref writer)?.Interrupt();
                    last = now;
                    Thread.Yield();
                }
            }
            else
            {
                Random random = new(seed + thread);
                while (!Volatile.Read(ref done))
                {
                    failed.ThrowIfCancellationRequested();
                    Disturb(database, random);
                }
            }
        });

        Assert.False(database.GetStatistics().IsFailed);
        Assert.Equal(0, database.GetStatistics().OpenReaders);
        Assert.Empty(database.Verify().Findings);
        using ReadTransaction tx = database.BeginRead();
        Assert.Equal((ulong)acknowledged, tx.OpenBucket("b").Sequence);
    }

    private static void Write(Database database, Random random, ref long acknowledged)
    {
        while (Interlocked.Read(ref acknowledged) < Commits)
        {
            try
            {
                using WriteTransaction tx = database.BeginWrite();
                WritableBucket bucket = tx.OpenBucket("b");
                for (int i = 0; i < 5; i++)
                    bucket.Put(BitConverter.GetBytes(random.Next(3_000)), new byte[200]);
                Assert.Equal((ulong)acknowledged + 1, bucket.NextSequence());
                tx.Commit();
                Interlocked.Increment(ref acknowledged);
            }
            catch (ThreadInterruptedException)
            {
                // Rolled back: the next attempt gets the same number.
            }
        }
    }

    /// <summary>Holds the locks that the writer wants.</summary>
    private static void Disturb(Database database, Random random)
    {
        database.GetStatistics();
        using ReadTransaction tx = database.BeginRead();
        for (int i = 0; i < 20; i++)
            tx.OpenBucket("b").ContainsKey(BitConverter.GetBytes(random.Next(3_000)));
    }

    private static void Fill(WritableBucket bucket)
    {
        for (int i = 0; i < 3_000; i++) bucket.Put(BitConverter.GetBytes(i), new byte[200]);
    }
}
