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
    public void It_waits_for_a_reader_that_ends()
    {
        ReadTransaction? reader = null;
        int waits = 0;
        WaitingTime time = new(() =>
        {
            waits++;
            reader!.Dispose();
        });
        using TestDatabase test = TestDatabase.Create(new StoreOptions
        {
            CompactionPatience = TimeSpan.FromDays(1),
            TimeProvider = time,
        });
        Fill(test, static _ => true);
        reader = test.Database.BeginRead();
        Delete(test, static i => i % 10 != 0);
        Assert.Equal(CompactionEnd.Done, test.Database.Compact().End);
        Assert.InRange(waits, 1, 3);
    }

    [Fact]
    public async Task Disposing_ends_those_under_way_and_those_that_wait()
    {
        TestDatabase test = TestDatabase.Create();
        Fill(test, static _ => true);
        Delete(test, static i => i % 2 == 0);
        Task<CompactionResult>? waiting = null;
        Reports progress = new(_ =>
        {
            waiting = test.Database.CompactAsync();
            test.Database.Dispose();
        });
        Assert.Throws<HandleEndedException>(() => test.Database.Compact(progress));
        await Assert.ThrowsAsync<HandleEndedException>(() => waiting!);
        test.Reopen();
        Assert.Equal(Count / 2, test.Database.Read(tx => tx.OpenBucket("a").Count));
        test.Dispose();
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

    /// <summary>Tells of each wait.</summary>
    private sealed class WaitingTime(Action onWait) : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            onWait();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class Reports(Action<CompactionProgress> report) : IProgress<CompactionProgress>
    {
        public void Report(CompactionProgress value) => report(value);
    }

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
