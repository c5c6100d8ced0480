using KvCow.Engine;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class CompactionTests
{
    private const int Count = 6000;

    [Fact]
    public void After_deleting_half_the_file_is_little_longer_than_a_fresh_load()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        Delete(test, static i => i % 2 == 0);
        CompactionResult result = test.Database.Compact();

        using TestDatabase fresh = TestDatabase.Create();
        Fill(fresh, static i => i % 2 != 0);
        fresh.Reopen();
        Assert.Equal(CompactionEnd.Done, result.End);
        double ratio = (double)test.Disk.LengthOf("") / fresh.Disk.LengthOf("");
        Assert.True(ratio <= 1.15, $"{ratio} times the fresh file");
        Assert.Equal(result.FileBytesAfter, test.Disk.LengthOf(""));
        Assert.Equal(Count / 2, test.Database.Read(tx => tx.OpenBucket("a").Count));
    }

    [Fact]
    public void A_second_compaction_finds_nothing_to_do()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        Delete(test, static i => i % 3 != 0);
        test.Database.Compact();
        long size = test.Disk.LengthOf("");
        CompactionResult again = test.Database.Compact();
        Assert.Equal(0, again.BytesMoved);
        Assert.Equal(size, test.Disk.LengthOf(""));
    }

    [Fact]
    public void A_budget_ends_a_call_and_the_next_goes_on()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        Delete(test, static i => i % 2 == 0);
        CompactionResult result = test.Database.Compact(100_000);
        Assert.Equal(CompactionEnd.BudgetSpent, result.End);
        Assert.InRange(result.BytesMoved, 100_000, 200_000);
        int calls = 1;
        for (; result.End == CompactionEnd.BudgetSpent; calls++)
            result = test.Database.Compact(100_000);
        Assert.Equal(CompactionEnd.Done, result.End);
        Assert.InRange(calls, 3, 40);
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Database.Compact(0));
    }

    [Fact]
    public void A_reader_that_stays_ends_it_and_keeps_what_it_sees()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        using ReadTransaction reader = test.Database.BeginRead();
        Delete(test, static i => i % 10 != 0);
        long before = test.Disk.LengthOf("");
        CompactionResult held = test.Database.Compact();
        Assert.Equal(CompactionEnd.HeldByReaders, held.End);
        Assert.True(test.Disk.LengthOf("") <= before + (2 << 20));
        Assert.Equal(Count, reader.OpenBucket("a").Count);
        Assert.Equal(Value(4), reader.OpenBucket("a").Get(Key(4)));
        reader.Dispose();
        Assert.Equal(CompactionEnd.Done, test.Database.Compact().End);
        Assert.True(test.Disk.LengthOf("") < before / 4);
    }

    [Fact]
    public void Cancelling_keeps_what_is_done()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        Delete(test, static i => i % 2 == 0);
        using CancellationTokenSource cancel = new();
        Canceller progress = new(cancel);
        Assert.Throws<OperationCanceledException>(
            () => test.Database.Compact(progress, cancel.Token));
        Assert.True(progress.Last.BytesMoved > 0);
        Assert.InRange(progress.Last.Fraction, 0.01, 0.99);
        Assert.Equal(Count / 2, test.Database.Read(tx => tx.OpenBucket("a").Count));
    }

    [Fact]
    public void It_compacts_by_itself_past_the_threshold()
    {
        using TestDatabase test = TestDatabase.Create(new StoreOptions
        {
            CacheBytes = 1 << 20,
            AutoCompact = new CompactionTrigger(0.5, 100_000),
        });
        Fill(test, static _ => true);
        // Whole leaves, so that pages are free and not half full.
        Delete(test, static i => i % 1000 > 100 && i < Count - 100);
        // The work goes on beside this thread: closing waits for it, and 20 s are for ever.
        bool isShort = SpinWait.SpinUntil(() => IsShort(test.Database), TimeSpan.FromSeconds(20));
        DatabaseStatistics figures = test.Database.GetStatistics();
        Assert.True(isShort, $"{figures.FreePages} of {figures.PageCount} pages are free");
    }

    private static bool IsShort(Database database)
    {
        DatabaseStatistics figures = database.GetStatistics();
        return figures.FreeBytes <= Math.Max(100_000, figures.LiveBytes / 2);
    }

    private static void Fill(TestDatabase test, Func<int, bool> wanted)
    {
        foreach (int[] batch in Enumerable.Range(0, Count).Where(wanted).Chunk(500))
        {
            test.Database.Write(tx =>
            {
                foreach (int i in batch) tx.OpenOrCreateBucket("a").Put(Key(i), Value(i));
            });
        }
    }

    private static void Delete(TestDatabase test, Func<int, bool> wanted)
    {
        foreach (int[] batch in Enumerable.Range(0, Count).Where(wanted).Chunk(500))
        {
            test.Database.Write(tx =>
            {
                foreach (int i in batch) tx.OpenBucket("a").Delete(Key(i));
            });
        }
    }

    private static byte[] Key(int i) => 
        [(byte)(i >> 16), (byte)(i >> 8), (byte)i, .. "a key of twenty-four"u8];

    private static byte[] Value(int i) => [.. Enumerable.Range(i, 150).Select(k => (byte)k)];

    private sealed class Canceller(CancellationTokenSource cancel) : IProgress<CompactionProgress>
    {
        public CompactionProgress Last { get; private set; }

        public void Report(CompactionProgress value)
        {
            Last = value;
            cancel.Cancel();
        }
    }
}
