using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Draws, at every instant at which a disk tells of an operation, the states that a power cut
/// would leave, each state once for each expectation.
/// </summary>
internal sealed class CrashPoints(SimulatedDisk disk, Random random, int statesPerPoint)
{
    private readonly HashSet<ulong> _seen = [];
    private Expectation _expected = Expectation.Nothing;

    /// <summary>Called with each state.</summary>
    public required Action<SimulatedDisk, Expectation> Check { get; init; }

    public Expectation Expected
    {
        get => _expected;
        set
        {
            _expected = value;
            _seen.Clear();
        }
    }

    public void Start() => disk.Observer = _ => CrashHere();

    public void Stop() => disk.Observer = null;

    public void CrashHere()
    {
        foreach (SimulatedDisk state in CrashStates.Enumerate(disk, random, statesPerPoint, _seen))
            Check(state, _expected);
    }
}
