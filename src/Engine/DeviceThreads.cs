using KvCow.Engine.Storage;

namespace KvCow.Engine;

/// <summary>
/// Threads for work that waits for the device: flushes, and writing pages. On those of the pool, of
/// which there are as many as processors, such work would keep all else waiting, and first of all
/// the callers whose commit it has just made durable. Measured in decision 26.
/// </summary>
/// <remarks>
/// A thread that has nothing to do waits for more for a while, and then ends. Nothing bounds how
/// many there are: a database asks for one or two. All members may be used by any thread.
/// </remarks>
/// <param name="patience">How long a thread waits for more.</param>
/// <param name="start">Starts a thread; given by tests.</param>
internal sealed class DeviceThreads(TimeSpan patience, Action<Thread>? start = null)
{
    /// <summary>Those of all databases of the process.</summary>
    public static readonly DeviceThreads Shared = new(TimeSpan.FromSeconds(10));

    private readonly Action<Thread> _start = start ?? (static thread => thread.UnsafeStart());

    private readonly Lock _gate = new(); // Guards the two below.
    private readonly List<Worker> _idle = [];
    private int _count;

    /// <summary>Threads that are at work or wait for it.</summary>
    public int Count
    {
        get { using (Uninterrupted.Enter(_gate)) return _count; }
    }

    /// <summary>Has work done, at once, by a thread that does nothing else meanwhile.</summary>
    /// <param name="work">Must not throw: that ends the process, as on a thread of the pool.
    /// </param>
    /// <param name="state">Its argument.</param>
    public void Queue<T>(Action<T> work, T state)
    {
        Action next = () => work(state);
        if (TakeIdle() is { } idle) idle.Give(next);
        else Start(next);
    }

    /// <summary>The last one that became idle: its stack is still in the processor's cache.
    /// </summary>
    private Worker? TakeIdle()
    {
        using Lock.Scope scope = Uninterrupted.Enter(_gate);
        if (_idle.Count == 0)
        {
            _count++;
            return null;
        }

        Worker last = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return last;
    }

    private void Start(Action first)
    {
        Worker worker = new();
        worker.Give(first);
        Thread thread = new(() => Run(worker)) { IsBackground = true, Name = "KvCow device" };
        try
        {
            _start(thread);
        }
        catch (Exception refused) when (refused is OutOfMemoryException or ThreadStartException)
        {
            // The system gives no thread. The pool has some, and late is better than never: a
            // commit that nobody flushes would never return.
            using (Uninterrupted.Enter(_gate)) _count--;
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), first, preferLocal: false);
        }
    }

    private void Run(Worker worker)
    {
        while (true)
        {
            if (worker.Take(patience) is { } work)
            {
                work();
                using (Uninterrupted.Enter(_gate)) _idle.Add(worker);
                continue;
            }

            using (Uninterrupted.Enter(_gate))
            {
                // If it is not there any more, work is on its way.
                if (!_idle.Remove(worker)) continue;
                _count--;
                return;
            }
        }
    }

    /// <summary>What one thread has to do next.</summary>
    private sealed class Worker
    {
        private readonly object _gate = new(); // A Lock cannot be waited for.

        private Action? _next;

        /// <summary>Also by a caller who is interrupted: somebody waits for what is done here.
        /// </summary>
        public void Give(Action next) => Uninterrupted.Run(() =>
        {
            lock (_gate)
            {
                _next = next;
                Monitor.Pulse(_gate);
            }
        });

        /// <summary>Null if nothing comes for long.</summary>
        public Action? Take(TimeSpan patience)
        {
            lock (_gate)
            {
                if (_next is null) Monitor.Wait(_gate, patience);
                Action? taken = _next;
                _next = null;
                return taken;
            }
        }
    }
}
