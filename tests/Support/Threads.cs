namespace KvCow.Tests.Support;

/// <summary>Runs bodies side by side and reports the first failure of any of them.</summary>
internal static class Threads
{
    public static void Run(int count, Action<int> body) => Run(count, (index, _) => body(index));

    /// <summary>
    /// The same; the token is cancelled when a body fails, so that none waits for its progress.
    /// </summary>
    public static void Run(int count, Action<int, CancellationToken> body)
    {
        using var failed = new CancellationTokenSource();
        using var start = new Barrier(count);
        var failures = new Exception?[count];
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int index = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    body(index, failed.Token);
                }
                catch (Exception failure)
                {
                    failures[index] = failure;
                    failed.Cancel();
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        Exception[] seen = [.. failures.OfType<Exception>()];
        if (seen.Length > 0) throw new AggregateException(seen);
    }
}
