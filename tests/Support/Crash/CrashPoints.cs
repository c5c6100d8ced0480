using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Draws, at every instant at which a disk tells of an operation, the states that a power cut
/// would leave, each state once for each expectation.
/// </summary>
internal sealed class CrashPoints(SimulatedDisk disk, Random random, int statesPerPoint)
{
    private readonly HashSet<ulong> _seen = [];

    // A flush that nobody waits for may still run on another thread when the test stops looking.
    private readonly Lock _gate = new();

    private bool _isStopped;
    private Expectation _expected = Expectation.Nothing;

    /// <summary>Called with each state.</summary>
    public required Action<SimulatedDisk, Expectation> Check { get; init; }

    public Expectation Expected
    {
        get => _expected;
        set
        {
            lock (_gate)
            {
                _expected = value;
                _seen.Clear();
            }
        }
    }

    public void Start()
    {
        _isStopped = false;
        disk.Observer = _ => CrashHere();
    }

    /// <summary>No state is checked after this.</summary>
    public void Stop()
    {
        disk.Observer = null;
        lock (_gate) _isStopped = true;
    }

    public void CrashHere()
    {
        lock (_gate)
        {
            if (!_isStopped) CheckHere();
        }
    }

    private void CheckHere()
    {
        foreach (SimulatedDisk state in CrashStates.Enumerate(disk, random, statesPerPoint, _seen))
            Check(state, _expected);
    }
}
