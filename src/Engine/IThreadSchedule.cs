#if PLANTED_BUGS
namespace KvCow.Engine;

/// <summary>Decides which of the racing threads goes on; the tests implement it.</summary>
internal interface IThreadSchedule
{
    /// <summary>The calling thread may be held here while others go on.</summary>
    void Reach(string place);

    /// <summary>The same, with the lock that the thread is about to take.</summary>
    void Reach(Lock gate);

    /// <summary>Holds the calling thread until the condition is true.</summary>
    void Await(string place, Func<bool> isReady);

    /// <summary>Runs work on another thread of the schedule.</summary>
    void Queue(Action work);
}
#endif
