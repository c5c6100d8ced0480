using KvCow.Engine.Cache;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>The newest published snapshot, and who reads which.</summary>
/// <remarks>
/// A reader stores the snapshot's id in a slot of its own and looks again whether that snapshot is
/// still the newest; whoever asks for the oldest first makes all those stores visible. So begin and
/// end share no counter and take no lock, and a snapshot is never missed: either its store is seen,
/// or the reader sees the newer snapshot and starts over.
/// </remarks>
internal sealed class SnapshotRegistry(ReaderSlots slots, MetaPage first, TimeProvider time)
{
    private MetaPage _current = first;
    private MetaPage _durable = first;
    private ulong _safe = first.Id.Value;

    public MetaPage Current => Volatile.Read(ref _current);

    /// <summary>The newest commit whose pages are durable, with the meta page that names them.
    /// </summary>
    public MetaPage Durable => Volatile.Read(ref _durable);

    /// <summary>
    /// The newest commit that survives a crash, by its pages or by the redo log: older than
    /// <see cref="Current"/> while Eventual commits wait.
    /// </summary>
    public TransactionId Safe => new(Volatile.Read(ref _safe));

    public ReaderSlots Slots => slots;

    /// <summary>Measures <see cref="ReaderSlot.SinceTimestamp"/>.</summary>
    public ReaderClock Clock { get; } = new(time);

    /// <summary>Pins the newest snapshot until the slot is given back.</summary>
    /// <param name="snapshot">What is pinned.</param>
    /// <param name="isWriter">True for a write transaction.</param>
    /// <exception cref="HandleEndedException">The database was disposed.</exception>
    public ReaderSlot Pin(out MetaPage snapshot, bool isWriter = false)
    {
        ReaderSlot slot = Claim();
        slot.IsWriter = isWriter;
        slot.SinceTimestamp = Clock.Now;
        Pin(slot, out snapshot);
        return slot;
    }

    /// <summary>Lets a slot's snapshot go and pins the newest; whether that is another.</summary>
    public bool Renew(ReaderSlot slot, ref MetaPage snapshot)
    {
        slot.SinceTimestamp = Clock.Now;
        if (ReferenceEquals(snapshot, Current)) return false;
        Pin(slot, out snapshot);
        return true;
    }

    public void Unpin(ReaderSlot slot)
    {
        SyncPoints.Reach("unpin");
        slot.SnapshotId = 0;
        SyncPoints.Reach("unpin: before the slot is given back");
        slots.Release(slot);
    }

    public void Publish(MetaPage next) => Volatile.Write(ref _current, next);

    /// <summary>The commit is durable, and published unless a later one is.</summary>
    public void Settle(MetaPage durable)
    {
        Volatile.Write(ref _durable, durable);
        Secure(durable.Id);
        if (durable.Id >= Current.Id) Publish(durable);
    }

    /// <summary>Commits up to this one survive a crash.</summary>
    public void Secure(TransactionId commit)
    {
        if (commit > Safe) Volatile.Write(ref _safe, commit.Value);
    }

    /// <summary>The oldest snapshot that anybody reads; the newest if nobody reads.</summary>
    public TransactionId Oldest() => PlantedBugs.IgnoreOpenReaders
        ? Current.Id
        : new TransactionId(slots.OldestSnapshot(Current.Id.Value));

    /// <summary>One that is held is held until the newer one's id takes its place.</summary>
    private void Pin(ReaderSlot slot, out MetaPage snapshot)
    {
        do
        {
            snapshot = Current;
            SyncPoints.Reach("pin: before the id is shown");
            slot.SnapshotId = snapshot.Id.Value;
            SyncPoints.Reach("pin: before the second look");
        }
        while (!ReferenceEquals(snapshot, Current) && !PlantedRaces.SkipPinRecheck);
    }

    private ReaderSlot Claim()
    {
        try
        {
            return slots.Claim();
        }
        catch (ObjectDisposedException)
        {
            throw HandleEndedException.OfDatabase();
        }
    }
}
