using System.Diagnostics;

namespace KvCow.Engine;

/// <summary>
/// The places where threads race, and those where they wait for each other. In the shipped engine
/// the compiler leaves nothing of them; in the test build (<c>tests/Schedules</c>) a scheduler lets
/// one thread run at a time and chooses the next at each of these places, so that one seed repeats
/// one order of events.
/// </summary>
/// <remarks>
/// A thread that waits in a lock or for a task unseen would stop the whole schedule. So every wait
/// of the engine is preceded by an <c>Await</c> here, after which the wait itself returns at once:
/// nobody else runs in between.
/// </remarks>
internal static class SyncPoints
{
#if PLANTED_BUGS
    /// <summary>Null: every thread runs as it likes.</summary>
    public static IThreadSchedule? Schedule { get; set; }
#endif

    /// <summary>Another thread may go on here first.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void Reach(string place)
    {
#if PLANTED_BUGS
        Schedule?.Reach(place);
#endif
    }

    /// <summary>Goes on when the lock can be taken.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void Await(Lock gate)
    {
#if PLANTED_BUGS
        if (Schedule is not { } schedule || gate.IsHeldByCurrentThread) return;
        schedule.Reach(gate);
        if (!IsFree(gate)) schedule.Await("a lock", () => IsFree(gate));
#endif
    }

    /// <summary>Goes on when the lock can be shared.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void AwaitShared(ReaderWriterLockSlim gate)
    {
#if PLANTED_BUGS
        if (Schedule is not { } schedule) return;
        schedule.Reach("structure: share");
        schedule.Await("the structure, shared", () => IsFree(gate, exclusive: false));
#endif
    }

    /// <summary>Goes on when the lock can be taken exclusively.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void AwaitExclusive(ReaderWriterLockSlim gate)
    {
#if PLANTED_BUGS
        if (Schedule is not { } schedule) return;
        schedule.Reach("structure: take");
        schedule.Await("the structure, alone", () => IsFree(gate, exclusive: true));
#endif
    }

    /// <summary>Goes on when the task has ended.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void Await(Task task) => AwaitOrCancel(task, default);

    /// <summary>Goes on when the task has ended or the token is cancelled.</summary>
    [Conditional("PLANTED_BUGS")]
    public static void AwaitOrCancel(Task task, CancellationToken ct)
    {
#if PLANTED_BUGS
        if (Schedule is not { } schedule) return;
        schedule.Reach("task: wait");
        schedule.Await("a task", () => task.IsCompleted || ct.IsCancellationRequested);
#endif
    }

    /// <summary>Runs work on a thread of the pool, or on one of the schedule.</summary>
    public static void Queue<T>(Action<T> work, T state)
    {
        if (!TryQueue(work, state))
            ThreadPool.UnsafeQueueUserWorkItem(work, state, preferLocal: false);
    }

    /// <summary>The same for work that waits for the device: not on the pool.</summary>
    public static void QueueWaiting<T>(Action<T> work, T state)
    {
        if (!TryQueue(work, state)) DeviceThreads.Shared.Queue(work, state);
    }

    private static bool TryQueue<T>(Action<T> work, T state)
    {
#if PLANTED_BUGS
        Schedule?.Queue(() => work(state));
        return Schedule is not null;
#else
        return false;
#endif
    }

#if PLANTED_BUGS
    // Only one thread runs, so what is free now is free until the next place.
    private static bool IsFree(Lock gate)
    {
        if (gate.IsHeldByCurrentThread || !gate.TryEnter()) return false;
        gate.Exit();
        return true;
    }

    private static bool IsFree(ReaderWriterLockSlim gate, bool exclusive)
    {
        if (gate.IsWriteLockHeld || gate.IsReadLockHeld) return false;
        if (exclusive)
        {
            if (!gate.TryEnterWriteLock(0)) return false;
            gate.ExitWriteLock();
            return true;
        }

        if (!gate.TryEnterReadLock(0)) return false;
        gate.ExitReadLock();
        return true;
    }
#endif
}
