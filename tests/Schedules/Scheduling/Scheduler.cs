using KvCow.Engine;

namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>
/// Runs threads one at a time: each goes on until a place where the plan chooses another one. When
/// all that are left wait for each other, they are dead-locked, or a wake-up was lost.
/// </summary>
internal sealed class Scheduler(SwitchPlan plan, PlaceProfile? profile = null) : IThreadSchedule
{
    /// <summary>A schedule has some hundred steps; one of so many goes round in circles.</summary>
    private const int StepsMax = 100_000;

    private const int TraceMax = 40;

    private const ulong HashFactor = 0x0000_0100_0000_01B3; // FNV-1a.

    /// <summary>
    /// Only for a wait that the scheduler does not see: then the test has to end.
    /// </summary>
    private const int HangLooks = 120;

    private static readonly TimeSpan HangLook = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static Actor? _self;

    private readonly List<Actor> _actors = [];
    private readonly Dictionary<Lock, string> _locks = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<string> _trace = new();
    private readonly TaskCompletionSource _end = new();
    private int _live;
    private volatile bool _isAborted;
    private Exception? _failure;

    public int Steps { get; private set; }

    /// <summary>Tells one order of events from another.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>The last changes of threads before the end or the first failure.</summary>
    public string Trace => string.Join(Environment.NewLine, _trace);

    /// <summary>Adds a thread; before the run, or from one of the threads.</summary>
    public void Add(string name, Action body)
    {
        Interlocked.Increment(ref _live);
        Actor actor = new(name, _actors.Count, self => Play(self, body));
        plan.Add(actor);
        _actors.Add(actor);
    }

    /// <summary>Runs all threads to their ends; returns the first failure, or null.</summary>
    public Exception? Run()
    {
        SyncPoints.Schedule = this;
        try
        {
            plan.Next(_actors, null, "")!.GiveBaton(); // There are threads: one can run.
            if (!AwaitEnd())
            {
                throw new InvalidOperationException(
                    "A thread waits unseen: " + string.Join("; ", _actors));
            }

            foreach (Actor actor in _actors) actor.Join();
            return _failure;
        }
        finally
        {
            SyncPoints.Schedule = null;
        }
    }

    public void Reach(string place)
    {
        if (_self is not { } self || _isAborted) return;
        Note(self, place);
        if (Steps > StepsMax)
        {
            Abort(self, new InvalidOperationException("The schedule does not end."));
            return;
        }

        Actor next = plan.Next(_actors, self, place) ?? self;
        if (next != self) Change(self, next, place);
    }

    public void Reach(Lock gate)
    {
        if (_self is null || _isAborted) return;
        if (!_locks.TryGetValue(gate, out string? name))
            _locks.Add(gate, name = $"lock {_locks.Count}");
        Reach(name);
    }

    public void Await(string place, Func<bool> isReady)
    {
        if (_self is not { } self) return;
        if (_isAborted) throw new ScheduleAbortedException();
        if (isReady()) return;
        self.IsReady = isReady;
        self.Place = place;
        if (plan.Next(_actors, null, place) is { } next) Change(self, next, place);
        else Abort(self, new InvalidOperationException("Dead-locked: " + LiveActors()));
        self.IsReady = null;
        if (_isAborted) throw new ScheduleAbortedException();
    }

    public void Queue(Action work) => Add($"pool {_actors.Count}", work);

    private void Play(Actor self, Action body)
    {
        _self = self;
        try
        {
            body();
        }
        catch (ScheduleAbortedException) when (_isAborted)
        {
            // The failure that aborted the schedule is noted.
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }

        self.HasEnded = true;
        if (Interlocked.Decrement(ref _live) == 0) _end.SetResult();
        else if (!_isAborted) PassOn(self);
    }

    private void PassOn(Actor ended)
    {
        if (plan.Next(_actors, null, "the end") is { } next)
        {
            Remember(ended, next, "the end");
            next.GiveBaton();
        }
        else
        {
            Abort(ended, new InvalidOperationException("Dead-locked: " + LiveActors()));
        }
    }

    /// <summary>
    /// False after two minutes, in many looks: a process that is stopped meanwhile loses one.
    /// </summary>
    private bool AwaitEnd()
    {
        for (int look = 0; look < HangLooks; look++)
            if (_end.Task.Wait(HangLook)) return true;
        return false;
    }

    private void Change(Actor from, Actor to, string place)
    {
        from.Place = place;
        Remember(from, to, place);
        to.GiveBaton();
        from.AwaitBaton();
    }

    /// <summary>All threads run to their ends; their next wait throws.</summary>
    private void Abort(Actor self, Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _isAborted = true;
        foreach (Actor actor in _actors)
            if (actor != self && !actor.HasEnded) actor.GiveBaton();
    }

    private string LiveActors() =>
        string.Join("; ", _actors.Where(static actor => !actor.HasEnded));

    private void Note(Actor self, string place)
    {
        Steps++;
        profile?.Note(place);
        ulong hash = (Fingerprint ^ (uint)self.Number) * HashFactor;
        foreach (char letter in place) hash = (hash ^ letter) * HashFactor;
        Fingerprint = hash;
    }

    private void Remember(Actor from, Actor to, string place)
    {
        if (_failure is not null) return;
        if (_trace.Count == TraceMax) _trace.Dequeue();
        _trace.Enqueue($"{Steps}: {from.Name} at {place} -> {to.Name}");
    }
}
