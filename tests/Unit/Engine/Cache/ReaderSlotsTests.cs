using KvCow.Engine.Cache;

namespace KvCow.Tests.Unit.Engine.Cache;

/// <summary>Slots, the snapshots in them, and the epochs of their operations.</summary>
public sealed class ReaderSlotsTests
{
    private readonly ReaderSlots _slots = new(() => { });

    [Fact]
    public void Any_number_of_slots_can_be_claimed_and_each_is_its_own()
    {
        var claimed = new HashSet<ReaderSlot>();
        for (int i = 0; i < 1000; i++) Assert.True(claimed.Add(_slots.Claim()));
        foreach (ReaderSlot slot in claimed) _slots.Release(slot);
        Assert.False(_slots.HasClaims());
        for (int i = 0; i < 1000; i++) Assert.InRange(_slots.Claim().Index, 0, 2047);
    }

    [Fact]
    public void The_oldest_snapshot_is_the_smallest_id_held()
    {
        Assert.Equal(99UL, _slots.OldestSnapshot(ifNone: 99));
        ReaderSlot[] held = [Hold(7, since: 70), Hold(5, since: 50), Hold(6, since: 60)];
        Assert.Equal(5UL, _slots.OldestSnapshot(ifNone: 99));
        Assert.Equal(new SlotStatistics(3, 5, 50), _slots.GetStatistics());

        _slots.Release(held[1]);
        Assert.Equal(6UL, _slots.OldestSnapshot(ifNone: 99));
        Assert.Equal(2, _slots.OpenCount);
    }

    [Fact]
    public void An_operation_holds_the_epoch_it_began_in()
    {
        ReaderSlot first = _slots.Claim();
        ReaderSlot second = _slots.Claim();
        Assert.Equal(ulong.MaxValue, _slots.OldestOperation());
        first.EnterOperation();
        ulong stamp = _slots.AdvanceEpoch();
        second.EnterOperation();
        Assert.True(_slots.OldestOperation() <= stamp);

        first.ExitOperation();
        Assert.True(_slots.OldestOperation() > stamp);
        second.ExitOperation();
        Assert.Equal(ulong.MaxValue, _slots.OldestOperation());
    }

    [Fact]
    public void A_released_slot_holds_neither_snapshot_nor_epoch()
    {
        ReaderSlot slot = Hold(7, since: 70);
        slot.EnterOperation();
        _slots.Release(slot);
        Assert.Equal(99UL, _slots.OldestSnapshot(ifNone: 99));
        Assert.Equal(ulong.MaxValue, _slots.OldestOperation());
    }

    private ReaderSlot Hold(ulong snapshotId, long since)
    {
        ReaderSlot slot = _slots.Claim();
        slot.SnapshotId = snapshotId;
        slot.SinceTimestamp = since;
        return slot;
    }
}
