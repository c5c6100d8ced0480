using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class SnapshotRegistryTests
{
    private readonly ReaderSlots _slots = new(() => { });
    private readonly ManualTime _time = new();
    private readonly SnapshotRegistry _registry;

    public SnapshotRegistryTests() => _registry = new SnapshotRegistry(_slots, Commit(7), _time);

    [Fact]
    public void The_oldest_snapshot_is_the_oldest_held_or_else_the_newest()
    {
        Assert.Equal(new TransactionId(7), _registry.Oldest());
        ReaderSlot seven = _registry.Pin(out MetaPage first);
        Assert.Equal(new TransactionId(7), first.Id);
        _registry.Publish(Commit(8));
        ReaderSlot eight = _registry.Pin(out MetaPage second);
        Assert.Equal(new TransactionId(8), second.Id);
        _registry.Publish(Commit(9));
        Assert.Equal(new TransactionId(7), _registry.Oldest());

        _registry.Unpin(seven);
        Assert.Equal(new TransactionId(8), _registry.Oldest());
        _registry.Unpin(eight);
        Assert.Equal(new TransactionId(9), _registry.Oldest());
        Assert.False(_slots.HasClaims());
    }

    [Fact]
    public void Statistics_name_the_oldest_and_when_it_began()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        ReaderSlot old = _registry.Pin(out _);
        _registry.Publish(Commit(8));
        _time.Advance(TimeSpan.FromSeconds(20));
        ReaderSlot young = _registry.Pin(out _);
        SlotStatistics figures = _slots.GetStatistics();
        Assert.Equal(new SlotStatistics(2, 7, TimeSpan.FromSeconds(5).Ticks), figures);
        _registry.Unpin(old);
        Assert.Equal(8ul, _slots.GetStatistics().OldestSnapshotId);
        _registry.Unpin(young);
    }

    [Fact]
    public void After_the_close_a_pin_is_refused_as_any_other_use()
    {
        _slots.Close();
        Assert.Throws<HandleEndedException>(() => _registry.Pin(out _));
        Assert.False(_slots.HasClaims());
    }

    private static MetaPage Commit(ulong id) => new()
    {
        DatabaseId = default,
        PageBytes = 4096,
        Id = new TransactionId(id),
        PreviousId = TransactionId.None,
        PageCount = 2,
        CatalogRoot = PageReference.None,
        Checkpoint = PageReference.None,
        LoggedThrough = TransactionId.None,
        PendingBytes = 0,
        PendingCrc = 0,
        InlineDeltas = default,
        Pages = default,
    };
}
