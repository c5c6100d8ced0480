using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class PendingPagesTests
{
    [Fact]
    public void Pages_come_free_once_no_snapshot_before_their_commit_is_open()
    {
        PendingPages pending = new();
        FreeMap free = new();
        pending.Add(new TransactionId(5), [new PageRun(10, 2), new PageRun(20, 1)]);
        pending.Add(new TransactionId(6), [new PageRun(12, 3)]);
        pending.Add(new TransactionId(7), []);
        pending.Add(new TransactionId(8), [new PageRun(30, 1)]);
        Assert.Equal(7, pending.Count);
        Assert.Equal(4, pending.Runs.Count());

        // Snapshot 4 still reaches what commit 5 freed.
        pending.Release(new TransactionId(4), free);
        Assert.Equal(0, free.FreeCount);

        pending.Release(new TransactionId(6), free);
        Assert.Equal([new PageRun(10, 5), new PageRun(20, 1)], free.Runs());
        Assert.Equal(1, pending.Count);

        pending.Release(new TransactionId(100), free);
        Assert.True(free.IsFree(30));
        Assert.Equal(0, pending.Count);
        Assert.Empty(pending.Runs);
    }
}
