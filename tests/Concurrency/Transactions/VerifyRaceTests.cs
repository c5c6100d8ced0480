using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>Verify looks at one commit while others grow, shrink and move the free list.</summary>
public sealed class VerifyRaceTests
{
    private const int Rounds = 60;

    /// <summary>No cut comes while verify's snapshot keeps the file's end.</summary>
    private const int RoundsMax = 3_000;

    [Fact]
    public void Verify_finds_nothing_beside_commits_that_grow_and_cut_the_file()
    {
        using TestDatabase test = TestDatabase.Create();
        Database database = test.Database;
        database.Write(tx => tx.CreateBucket("b"));
        bool done = false;
        long cuts = 0;
        int verified = 0;
        Threads.Run(2, (thread, failed) =>
        {
            if (thread == 1)
            {
                while (!Volatile.Read(ref done) || verified < Rounds)
                {
                    failed.ThrowIfCancellationRequested();
                    Assert.Empty(database.Verify(ct: failed).Findings);
                    Interlocked.Increment(ref verified);
                    Thread.Yield();
                }

                return;
            }

            byte[] value = new byte[300_000];
            for (int round = 0; round < Rounds || (cuts == 0 && round < RoundsMax); round++)
            {
                for (byte i = 0; i < 16; i++) Write(database, bucket => bucket.Put([i], value));
                long before = database.GetStatistics().PageCount;
                for (byte i = 0; i < 16; i++) Write(database, bucket => bucket.Delete([i]));
                Write(database, bucket => bucket.Put("x"u8, BitConverter.GetBytes(round)));
                if (database.GetStatistics().PageCount < before) cuts++;
            }

            Volatile.Write(ref done, true);
        });
        Assert.True(cuts > 0);
    }

    private static void Write(Database database, Action<WritableBucket> change) =>
        database.Write(tx => change(tx.OpenBucket("b")));
}
