using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>A transaction belongs to no thread: each operation may run on another one.</summary>
public sealed class ThreadHopTests
{
    private const int Steps = 60;

    [Fact]
    public async Task A_write_transaction_works_over_many_threads()
    {
        using TestDatabase test = TestDatabase.Create();
        HashSet<Thread> threads = [];
        WriteTransaction tx = await On(threads, () => test.Database.BeginWrite());
        WritableBucket bucket = await On(threads, () => tx.CreateBucket("b"));
        using WritableCursor cursor = await On(threads, bucket.OpenCursor);
        for (int i = 0; i < Steps; i++)
        {
            byte[] key = [(byte)i];
            await On(threads, () => bucket.Put(key, new byte[i * 40]));
            Assert.True(await On(threads, () => cursor.SeekExact(key)));
            Assert.Equal(i * 40, await On(threads, () => cursor.Value.Length));
        }

        await On(threads, () =>
        {
            tx.Commit();
            return true;
        });
        Assert.Equal((Steps * 3) + 4, threads.Count);

        ReadTransaction read = await On(threads, test.Database.BeginRead);
        Bucket entries = read.OpenBucket("b");
        for (int i = 0; i < Steps; i++)
        {
            byte[]? value = await On(threads, () => entries.Get([(byte)i]));
            Assert.Equal(i * 40, value!.Length);
        }

        await On(threads, () =>
        {
            read.Dispose();
            return true;
        });
    }

    [Fact]
    public async Task A_write_and_a_read_side_by_side_change_threads_at_every_operation()
    {
        using TestDatabase test = TestDatabase.Create();
        HashSet<Thread> threads = [];
        test.Database.Write(tx => tx.CreateBucket("b").Put([0], new byte[9_000]));
        WriteTransaction write = await On(threads, () => test.Database.BeginWrite());
        ReadTransaction read = await On(threads, test.Database.BeginRead);
        WritableBucket changed = await On(threads, () => write.OpenBucket("b"));
        Bucket old = await On(threads, () => read.OpenBucket("b"));
        Cursor cursor = await On(threads, old.OpenCursor);
        Stream? stream = await On(threads, () => old.GetStream([0]));
        PinnedValue? pinned = await On(threads, () => old.GetPinned([0]));
        int streamed = 0;
        for (int i = 0; i < Steps; i++)
        {
            byte[] key = [(byte)i];
            await On(threads, () => changed.Put(key, new byte[i * 100]));
            Assert.Equal(i == 0, await On(threads, () => cursor.SeekExact(key)));
            Assert.Equal(i * 100, (await On(threads, () => changed.Get(key)))!.Length);
            streamed += await On(threads, () => stream!.Read(new byte[150]));
            Assert.Equal(9_000, await On(threads, () => pinned!.Span.Length));
            Assert.Equal(1, await On(threads, () => old.Count));
        }

        Assert.Equal(9_000, streamed);
        await await On(threads, () => write.CommitAsync().AsTask());
        Assert.Equal(9_000, (await On(threads, () => old.Get([0])))!.Length);
        await await On(threads, () => read.DisposeAsync().AsTask());
        Assert.Equal((Steps * 6) + 10, threads.Count);
        Assert.Equal(Steps, test.Database.Read(static tx => tx.OpenBucket("b").Count));
    }

    [Fact]
    public async Task A_write_across_awaits_commits_once_and_holds_no_thread()
    {
        using TestDatabase test = TestDatabase.Create();
        Task[] writers = [.. Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
            await test.Database.WriteAsync(async tx =>
            {
                WritableBucket bucket = tx.OpenOrCreateBucket("b");
                ulong number = bucket.NextSequence();
                await Task.Yield();
                bucket.Put(BitConverter.GetBytes(number), BitConverter.GetBytes(i));
                await Task.Yield();
            })))];
        await Task.WhenAll(writers);
        using ReadTransaction read = test.Database.BeginRead();
        Assert.Equal(200ul, read.OpenBucket("b").Sequence);
        Assert.Equal(200, read.OpenBucket("b").Count);
    }

    /// <summary>Runs the step on a thread of its own and notes which.</summary>
    private static Task<T> On<T>(HashSet<Thread> threads, Func<T> step)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                lock (threads) threads.Add(Thread.CurrentThread);
                done.SetResult(step());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }).Start();
        return done.Task;
    }
}
