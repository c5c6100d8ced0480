using KvCow.Engine;

namespace KvCow.Tests.Unit.Engine;

public sealed class DeviceThreadsTests
{
    private readonly DeviceThreads _threads = new(TimeSpan.FromMinutes(1));

    [Fact]
    public void Work_is_done_on_no_thread_of_the_pool() =>
        Assert.False(IsDoneByPool(_threads));

    [Fact]
    public void Work_that_waits_keeps_no_other_from_being_done()
    {
        const int Works = 20;
        using Barrier together = new(Works);
        using CountdownEvent done = new(Works);
        for (int i = 0; i < Works; i++)
        {
            _threads.Queue(
                barrier =>
                {
                    barrier.SignalAndWait();
                    done.Signal();
                }, together);
        }

        done.Wait();
        Assert.Equal(Works, _threads.Count);
    }

    [Fact]
    public async Task A_thread_that_has_nothing_to_do_is_used_again()
    {
        HashSet<int> used = [];
        for (int i = 0; i < 200; i++)
        {
            TaskCompletionSource<int> done =
                new(TaskCreationOptions.RunContinuationsAsynchronously);
            _threads.Queue(
                static told => told.SetResult(Environment.CurrentManagedThreadId), done);
            used.Add(await done.Task);
        }

        // One tells before it is idle, so that the next work may find none.
        Assert.InRange(used.Count, 1, 20);
        Assert.Equal(used.Count, _threads.Count);
    }

    [Fact]
    public void Threads_end_when_nothing_comes_and_work_is_done_all_the_same()
    {
        DeviceThreads hasty = new(TimeSpan.FromMilliseconds(1));
        using CountdownEvent done = new(300);
        Random random = new(1);
        for (int i = 0; i < done.InitialCount; i++)
        {
            hasty.Queue(static left => left.Signal(), done);
            // Often just when a thread gives up.
            if (i % 2 == 0) Thread.SpinWait(random.Next(100_000));
        }

        done.Wait();
        SpinWait.SpinUntil(() => hasty.Count == 0);
        Assert.Equal(0, hasty.Count);
    }

    [Fact]
    public void An_interrupted_caller_has_his_work_done()
    {
        const int CallsOfEach = 3_000;
        using CountdownEvent done = new(4 * CallsOfEach);
        Exception?[] failures = new Exception?[4];
        Thread[] callers = [.. Enumerable.Range(0, failures.Length).Select(n => new Thread(() =>
            failures[n] = Record.Exception(() =>
            {
                for (int i = 0; i < CallsOfEach; i++)
                {
                    Thread.CurrentThread.Interrupt();
                    _threads.Queue(static left => left.Signal(), done);
                }
            })))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.All(failures, Assert.Null);
        done.Wait();
    }

    [Theory]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(ThreadStartException))]
    public void Without_a_thread_to_be_had_the_pool_does_the_work(Type refusal)
    {
        bool isRefused = true;
        DeviceThreads threads = new(TimeSpan.FromMinutes(1), thread =>
        {
            if (isRefused) throw (Exception)Activator.CreateInstance(refusal, nonPublic: true)!;
            thread.Start();
        });
        Assert.True(IsDoneByPool(threads));
        Assert.Equal(0, threads.Count);

        isRefused = false;
        Assert.False(IsDoneByPool(threads));
        Assert.Equal(1, threads.Count);
    }

    private static bool IsDoneByPool(DeviceThreads threads)
    {
        bool isOfPool = false;
        using ManualResetEventSlim done = new();
        threads.Queue(
            set =>
            {
                isOfPool = Thread.CurrentThread.IsThreadPoolThread;
                set.Set();
            }, done);
        done.Wait();
        return isOfPool;
    }
}
