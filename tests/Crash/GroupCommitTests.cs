using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>Commits that finish while one is flushed become durable together.</summary>
public sealed class GroupCommitTests
{
    private const int Rounds = 3;

    [Theory, Seeds(8, Shared = true)]
    public async Task A_group_takes_one_flush_and_a_crash_leaves_whole_commits_in_order(int seed)
    {
        using GroupRun run = new(seed, Options(seed));
        for (int round = 0; round < Rounds; round++)
        {
            run.Disk.ResetCounters();
            await run.HoldAsync();
            Assert.Equal(1, run.Disk.CountersOf("").Flushes);
            Assert.DoesNotContain(run.Group, static commit => commit.IsCompleted);

            await run.ReleaseAsync();
            run.ThrowIfFailed();
            Assert.Equal(2 * run.FlushesPerGroup, run.Disk.CountersOf("").Flushes);
            Assert.Equal(run.History.Last, run.History.From);
            new Expectation(run.History[run.History.Last]).Identify(run.Database);
            CrashOracle.AssertSound(run.Database);
        }

        Assert.True(run.History.StateCount > 100);
    }

    [Theory, Seeds(8, Shared = true)]
    public async Task A_failed_flush_fails_its_whole_group_and_reopening_decides(int seed)
    {
        FileSystemModel model = seed % 2 == 0 ? FileSystemModel.Btrfs : FileSystemModel.Ext4;
        using GroupRun run = new(seed, Options(seed), model);
        await run.HoldAsync();
        // With two flushes for each group, the second of the first comes before.
        run.Disk.Faults.Fail(DiskOperation.Flush, run.FlushesPerGroup, suffix: "");
        run.Release();
        await run.First;
        await AssertGroupFailed(run);
        Assert.Equal(run.History.Last - run.Group.Count, run.History.From);
    }

    [Theory, Seeds(8, Shared = true)]
    public async Task A_failed_flush_fails_those_queued_behind_it_without_a_trace(int seed)
    {
        FileSystemModel model = seed % 2 == 0 ? FileSystemModel.Btrfs : FileSystemModel.Ext4;
        using GroupRun run = new(seed, Options(seed), model);
        run.Disk.Faults.Fail(DiskOperation.Flush, 1, suffix: "");
        await run.HoldAsync();
        run.Release();
        await Assert.ThrowsAsync<DatabaseFailedException>(() => run.First);
        int found = await AssertGroupFailed(run);
        Assert.InRange(found, run.History.From, run.History.From + 1);
    }

    [Theory, Seeds(4, Shared = true)]
    public async Task A_cancelled_wait_for_the_flush_leaves_the_commit_in_its_group(int seed)
    {
        using GroupRun run = new(seed, Options(seed));
        using CancellationTokenSource source = new();
        await run.HoldAsync(source.Token);
        Task last = run.Group[^1];
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        run.Group.Remove(last);
        await run.ReleaseAsync();
        run.ThrowIfFailed();
        Assert.Equal(run.History.Last, run.History.From);
        run.History.Crash(run.Disk, 20);
        new Expectation(run.History[run.History.Last]).Identify(run.Database);
    }

    private static async Task<int> AssertGroupFailed(GroupRun run)
    {
        foreach (Task commit in run.Group)
            await Assert.ThrowsAsync<DatabaseFailedException>(() => commit);
        await Assert.ThrowsAsync<DatabaseFailedException>(
            async () => await run.Database.BeginWriteAsync());
        new Expectation(run.History[run.History.From]).Identify(run.Database);
        run.ThrowIfFailed();

        run.History.Crash(run.Disk, 20);
        run.Dispose();
        return run.History.Check(run.Disk);
    }

    /// <summary>Without checkpoints: a commit that carries one is waited for at once.</summary>
    private static StoreOptions Options(int seed) => (seed % 4) switch
    {
        0 => CrashOptions.Full,
        1 => CrashOptions.Paranoid,
        // Room in memory: no pages are owed, which would take a meta page of their own.
        2 => CrashOptions.Redo with { CacheBytes = 16 << 20 },
        _ => CrashOptions.Full with { InlineDeltaBytesMax = 60 },
    };
}
