using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Short lives, each again and again with a fault at each operation in turn: once, and from then
/// on; lack of room at each write and growth; each write and growth half done.
/// </summary>
internal sealed class IoFaultRun(int seed, Workload workload, StoreOptions options, int steps = 8)
{
    private const int Opens = 2;
    private const int StatesPerCase = 2;

    private int _life;

    /// <summary>Lives with a fault in them.</summary>
    public int CaseCount { get; private set; }

    /// <param name="casesMin">No further life begins after so many cases.</param>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run(int casesMin)
    {
        do
        {
            _life++;
            FailEverywhere();
        }
        while (CaseCount < casesMin);
    }

    private void FailEverywhere()
    {
        (SimulatedDisk disk, _) = Live(static _ => { });
        long operations = Enum.GetValues<DiskOperation>().Sum(kind => disk.Counters[kind]);
        if (operations < steps) throw new CrashFailure("a life of hardly any operation");
        for (int number = 1; number <= operations; number++)
        {
            Try(null, number, DiskFault.Error, lasting: false);
            Try(null, number, DiskFault.Error, lasting: true);
        }

        foreach (DiskOperation kind in (DiskOperation[])[DiskOperation.Write, DiskOperation.Grow])
        {
            for (int number = 1; number <= disk.Counters[kind]; number++)
            {
                Try(kind, number, DiskFault.Full, number % 2 == 0);
                Try(kind, number, DiskFault.HalfDone, number % 2 == 1);
            }
        }
    }

    private void Try(DiskOperation? kind, int number, DiskFault fault, bool lasting)
    {
        CaseCount++;
        try
        {
            (SimulatedDisk disk, Expectation expected) =
                Live(faults => faults.Fail(kind, number, fault, lasting));
            if (disk.Faults.HappenedCount == 0) throw new CrashFailure("the fault was not met");
            if (disk.OpenFileCount != 0)
                throw new CrashFailure($"{disk.OpenFileCount} files were left open");
            CheckStates(disk, expected, new Random(seed + number));
        }
        catch (CrashFailure failure)
        {
            string times = lasting ? "from then on" : "once";
            throw new CrashFailure(
                $"life {_life}, {fault} at {kind?.ToString() ?? "operation"} {number}, {times}: "
                + failure.Message, failure);
        }
    }

    private (SimulatedDisk Disk, Expectation Expected) Live(Action<FaultPlan> plan)
    {
        Random random = new((seed * 1000) + _life);
        SimulatedDisk disk = new()
        {
            FileSystem = random.Next(2) == 0 ? FileSystemModel.Ext4 : FileSystemModel.Btrfs,
            FailedFlushLuck = new Random(seed),
        };
        plan(disk.Faults);
        FaultedLife life = new(disk, random, workload, options);
        life.Run(Opens, steps);
        return (disk, life.Expected);
    }

    /// <summary>The disk as it is, and what a power cut makes of it, without the fault.</summary>
    private void CheckStates(SimulatedDisk disk, Expectation expected, Random random)
    {
        CrashPlan plan = new() { StateCount = 0, Options = options };
        CrashOracle oracle = new(plan, random);
        foreach (SimulatedDisk state in CrashStates.Enumerate(disk, random, StatesPerCase))
            oracle.Check(state, expected);
    }
}
