using System.Reflection;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>How many states each random history checks, and that they add up.</summary>
public sealed class CrashFigures
{
    internal const int StatesPerSeed = 2500;

    private static readonly Type[] Workloads =
    [
        typeof(SmallChangesCrashTests),
        typeof(BucketChangesCrashTests),
        typeof(LargeChangesCrashTests),
        typeof(FreeListLogCrashTests),
    ];

    [Fact]
    public void The_workloads_check_two_hundred_thousand_states()
    {
        int seeds = Workloads
            .SelectMany(static type => type.GetMethods())
            .Sum(static method => method.GetCustomAttribute<SeedsAttribute>()?.Count ?? 0);
        Assert.True(seeds * StatesPerSeed >= 200_000);
    }

    internal static void Run(int seed, Workload workload, StoreOptions options)
    {
        CrashPlan plan = new() { StateCount = StatesPerSeed, Options = options };
        CrashRun run = new(seed, workload, plan);
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
        Assert.True(run.CommitCount > 0);
    }
}
