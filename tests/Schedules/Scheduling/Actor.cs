namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>One thread of a schedule. It runs only while it holds the baton.</summary>
internal sealed class Actor
{
    // Guards the baton.
    private readonly object _gate = new();
    private readonly Thread _thread;
    private bool _hasBaton;

    public Actor(string name, int number, Action<Actor> body)
    {
        Name = name;
        Number = number;
        _thread = new Thread(() =>
        {
            AwaitBaton();
            body(this);
        })
        { IsBackground = true, Name = name };
        _thread.Start();
    }

    public string Name { get; }

    public int Number { get; }

    /// <summary>Where it was held last.</summary>
    public string Place { get; set; } = "the begin";

    /// <summary>What it waits for; null while it could go on.</summary>
    public Func<bool>? IsReady { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Larger goes first, where the plan asks for it.</summary>
    public int Priority { get; set; }

    public bool CanRun => !HasEnded && (IsReady is null || IsReady());

    public void GiveBaton()
    {
        lock (_gate)
        {
            _hasBaton = true;
            Monitor.Pulse(_gate);
        }
    }

    public void AwaitBaton()
    {
        lock (_gate)
        {
            while (!_hasBaton) Monitor.Wait(_gate);
            _hasBaton = false;
        }
    }

    public void Join() => _thread.Join();

    public override string ToString() => $"{Name} at {Place}";
}
