using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Campaign;

/// <summary>The rows that start real processes on real files.</summary>
internal static class ProcessCampaigns
{
    public static readonly CampaignKind[] List =
    [
        new("kills", "databases of killed processes", 20_000, 10, Kill),
        new("real-flush", "failed flushes", 600, 1, FailFlush),
        new("real-disk", "power cuts and full disks", 1_000, 10, RealDisk) { IsSerial = true },
        new("open-races", "races", 1_000, 5, Race),
    ];

    /// <summary>With more, each of them does less between two kills.</summary>
    private const int DatabasesPerProcess = 8;

    private static long Kill(int seed, int size)
    {
        KillRun run = new(seed);
        switch (seed % 4)
        {
            case 0:
                run.AtAnyMoment(size);
                break;
            case 2:
                run.OfManyAtAnyMoment(size, DatabasesPerProcess);
                break;
            default:
                run.AtExactCalls(size);
                break;
        }

        return run.DatabaseCount;
    }

    private static long FailFlush(int seed, int size)
    {
        if (!RealFlushRun.IsPossible) throw new CrashFailure($"{ChildProcess.Tracer} is missing");
        RealFlushRun.Run(seed);
        return 1;
    }

    private static long RealDisk(int seed, int size)
    {
        string? reason = seed % 4 == 0
            ? RealScript.Run("small-disk.sh", $"{1 + (seed % 3)}m", $"{size}")
            : RealScript.Run("power-cut.sh", $"{seed}", $"{size}");
        return reason is null ? size : throw new CrashFailure(reason);
    }

    private static long Race(int seed, int size)
    {
        using (OpenRaceRun processes = new()) processes.BetweenProcesses(seed, size);
        using (OpenRaceRun handles = new()) handles.BetweenHandles(seed);
        using FileReplacedRun replaced = new();
        string[] changes = FileReplacedRun.Changes;
        string[] moments = FileReplacedRun.Moments;
        replaced.Run(changes[seed % changes.Length], moments[seed / 5 % moments.Length])
            .GetAwaiter().GetResult();
        return size + 2;
    }
}
