using KvCow.Tests.Support;
using KvCow.Tests.Support.Histories;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>A read transaction that stays open while thousands of commits go by.</summary>
public sealed class PinnedReaderTests
{
    [Theory, Seeds(count: 1)]
    public void A_pinned_snapshot_stays_as_it_was_and_its_space_comes_back_within_two_commits(
        int seed) => PinnedReaderRun.Run(seed, commits: 10_000);
}
