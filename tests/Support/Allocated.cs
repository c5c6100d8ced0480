namespace KvCow.Tests.Support;

/// <summary>What a piece of work costs the garbage collector.</summary>
public static class Allocated
{
    private const int Attempts = 8;

    /// <summary>
    /// The bytes that <paramref name="work"/> allocates on this thread, the least of several runs
    /// after one that is not counted.
    /// </summary>
    /// <remarks>
    /// One run alone may be charged with what is not its own: the runtime's count jumps by what is
    /// left of the thread's allocation context, up to 8 KiB, when another thread's allocations
    /// start a collection meanwhile. What the work itself allocates is in every run.
    /// </remarks>
    public static long LeastBy(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
