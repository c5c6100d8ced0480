extern alias Schedules;

using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Buckets;
using KvCow.Tests.Support.Histories;
using Schedules::KvCow.Tests.Schedules.Scenarios;
using Schedules::KvCow.Tests.Schedules.Scheduling;

namespace KvCow.Tests.Campaign;

/// <summary>The rows of readers, writers, schedules, and of the API against a model.</summary>
internal static class ThreadCampaigns
{
    public static readonly CampaignKind[] List =
    [
        new("verified-reads", "reads", 100_000_000, 3_000, VerifyReads) { IsSerial = true },
        new("pinned-reader", "commits", 1_000_000, 10_000, PinReader),
        new("model", "operations", 100_000_000, 10_000, AgreeWithModel),
        new("schedules", "schedules", 1_000_000, 1, Schedule) { IsSerial = true },
    ];

    /// <summary>A hundred reads for each commit, as the row asks for.</summary>
    private static long VerifyReads(int seed, int size)
    {
        StoreOptions options = new() { CacheBytes = 0, PoisonFreedFrames = true };
        using TestDatabase test = TestDatabase.Create(options);
        return VerifiedReadsRun.Run(test.Database, seed, size, readsMin: 100 * size);
    }

    private static long PinReader(int seed, int size)
    {
        PinnedReaderRun.Run(seed, Math.Max(size, 1_000));
        return size;
    }

    private static long AgreeWithModel(int seed, int size) => ModelHistory.Run(seed, size);

    private static long Schedule(int seed, int size)
    {
        foreach (Scenario scenario in AllScenarios.List) scenario.Run(seed);
        return AllScenarios.List.Length;
    }
}
