using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>Begins of readers against publications, as close together as can be.</summary>
public sealed class PublishRaceTests
{
    private const int Commits = 3_000;

    [Fact]
    public void A_begin_beside_a_publication_shows_one_of_the_two_commits_whole()
    {
        using TestDatabase test = TestDatabase.Create();
        Database database = test.Database;
        ulong first = Put(database, 0);
        long entered = 0;
        long acknowledged = 0;
        Threads.Run(3, (thread, failed) =>
        {
            if (thread == 0)
            {
                for (int i = 1; i <= Commits; i++)
                {
                    Volatile.Write(ref entered, i);
                    Assert.Equal(first + (ulong)i, Put(database, i));
                    Volatile.Write(ref acknowledged, i);
                }

                return;
            }

            long last = 0;
            while (last < Commits)
            {
                failed.ThrowIfCancellationRequested();
                long lowest = Volatile.Read(ref acknowledged);
                using ReadTransaction tx = database.BeginRead();
                long highest = Volatile.Read(ref entered);
                last = Math.Max(last, (long)(tx.Id - first));
                Assert.InRange((long)(tx.Id - first), lowest, highest);
                Assert.Equal(last, (long)(tx.Id - first));
                byte[]? value = tx.OpenBucket("b").Get("k"u8);
                Assert.Equal((long)(tx.Id - first), BitConverter.ToInt64(value));
            }
        });
    }

    [Fact]
    public void Many_short_readers_never_hold_pages_back_for_good()
    {
        using TestDatabase test = TestDatabase.Create();
        Database database = test.Database;
        Put(database, 0);
        bool done = false;
        Threads.Run(3, (thread, failed) =>
        {
            if (thread > 0)
            {
                while (!Volatile.Read(ref done))
                {
                    failed.ThrowIfCancellationRequested();
                    database.BeginRead().Dispose();
                }

                return;
            }

            for (int i = 1; i <= Commits; i++)
            {
                ReaderLag.Limit(database, i, failed);
                Put(database, i);
            }

            Volatile.Write(ref done, true);
        });

        Put(database, 1);
        Put(database, 2);
        DatabaseStatistics figures = database.GetStatistics();
        // Readers are looked for once in 64 pages, unless the last look found one in the way.
        Assert.InRange(figures.PendingPages, 0, 80);
        Assert.InRange(figures.PageCount, 0, 1_000);
    }

    private static ulong Put(Database database, long value)
    {
        using WriteTransaction tx = database.BeginWrite();
        tx.OpenOrCreateBucket("b").Put("k"u8, BitConverter.GetBytes(value));
        tx.Commit();
        return tx.Id;
    }
}
