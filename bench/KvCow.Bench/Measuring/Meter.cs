using System.Diagnostics;

namespace KvCow.Bench.Measuring;

/// <summary>Takes wall time, processor time and allocation of a piece of work.</summary>
internal static class Meter
{
    /// <summary>Measures on the calling thread.</summary>
    /// <param name="operations">How many operations the work does.</param>
    /// <param name="work">Returns the sum of what it read.</param>
    /// <param name="settle">
    /// Waits for work left in the background, whose processor time counts but not its wall time.
    /// </param>
    public static Sample Measure(long operations, Func<long> work, Action? settle = null)
    {
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        long sum = work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        settle?.Invoke();
        return new Sample
        {
            Operations = operations,
            Seconds = seconds,
            CpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - allocated,
            Sum = sum,
        };
    }

    /// <summary>Measures work on several threads, from a common start to the last one's end.
    /// </summary>
    /// <param name="operations">How many operations all threads do together.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="work">Gets the thread's number; returns the sum of what it read.</param>
    /// <param name="settle">As for one thread.</param>
    public static Sample Measure(
        long operations, int threads, Func<int, long> work, Action? settle = null)
    {
        if (threads == 1) return Measure(operations, () => work(0), settle);
        using ManualResetEventSlim start = new();
        long[] sums = new long[threads];
        Exception? failure = null;
        Thread[] running = [.. Enumerable.Range(0, threads).Select(n => new Thread(() =>
        {
            start.Wait();
            try
            {
                sums[n] = work(n);
            }
            catch (Exception e) when (e is IOException or DatabaseException)
            {
                failure = e;
            }
        }))];
        foreach (Thread thread in running) thread.Start();
        Sample sample = Measure(operations, () =>
        {
            start.Set();
            foreach (Thread thread in running) thread.Join();
            return sums.Sum();
        }, settle);
        return failure is null ? sample : throw new IOException("A thread failed.", failure);
    }
}
