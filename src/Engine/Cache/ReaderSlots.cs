using System.Diagnostics;
using System.Runtime.InteropServices;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>The slots of all transactions of one store, and the epoch they publish.</summary>
/// <remarks>
/// A frame taken out of the page table is stamped with the epoch of that moment. An operation that
/// published a later epoch began after the frame was out and cannot have found it. Those of its own
/// epoch are visible to a scan once some barrier has come after it: then the frame is free as soon
/// as its stamp is smaller than <see cref="OldestOperation"/>. One barrier does for the frames of
/// all shards.
/// </remarks>
internal sealed class ReaderSlots
{
    private const int SlotsAtStart = 8;

    // Where this thread found a slot last; it starts looking there, without a shared counter.
    [ThreadStatic]
    private static int _hint;

    // Guards the growth of _slots. Slots are added, never removed; scans read without the lock.
    private readonly Lock _gate = new();
    private readonly Action _releasedAfterClose;
    private ReaderSlot[] _slots;
    private PaddedEpoch _epoch;
    private ulong _fenced;
    private bool _closed;

    /// <param name="releasedAfterClose">Called when a slot is released after the close.</param>
    public ReaderSlots(Action releasedAfterClose)
    {
        _releasedAfterClose = releasedAfterClose;
        _epoch.Value = 1;
        _slots = new ReaderSlot[SlotsAtStart];
        for (int i = 0; i < SlotsAtStart; i++) _slots[i] = new ReaderSlot(this, i);
    }

    public ulong CurrentEpoch => Volatile.Read(ref _epoch.Value);

    /// <summary>Snapshots held now.</summary>
    public int OpenCount => GetStatistics().OpenCount;

    /// <summary>A slot for a transaction's whole life. There is no bound on their number.</summary>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public ReaderSlot Claim()
    {
        ReaderSlot[] slots = Volatile.Read(ref _slots);
        int start = _hint < slots.Length ? _hint : 0;
        ReaderSlot? found = null;
        for (int i = 0; i < slots.Length && found is null; i++)
        {
            int at = start + i < slots.Length ? start + i : start + i - slots.Length;
            if (!slots[at].IsClaimed && slots[at].TryClaim()) found = slots[at];
        }

        found ??= AddClaimed();
        _hint = found.Index;
        SyncPoints.Reach("slot: claimed");

        // After the claim, whose exchange is a full fence: pairs with the barrier in Close. Either
        // the closing thread sees the claim, or this one sees the close.
        if (!Volatile.Read(ref _closed)) return found;
        Release(found);
        throw new ObjectDisposedException(nameof(NodeCache));
    }

    /// <summary>Gives a slot back; ends its operation and lets go of its snapshot.</summary>
    public void Release(ReaderSlot slot)
    {
        slot.Unclaim();
        SyncPoints.Reach("slot: released");
        if (Volatile.Read(ref _closed)) _releasedAfterClose();
    }

    /// <summary>From here on no slot is claimed.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        SyncPoints.Reach("slots: closed");
        Interlocked.MemoryBarrierProcessWide();
    }

    public bool HasClaims()
    {
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
            if (slot.IsClaimed) return true;
        return false;
    }

    /// <summary>
    /// The newest epoch that a barrier has ended: every operation that may know a frame stamped
    /// with it, or before, is visible to a scan.
    /// </summary>
    public ulong FencedEpoch => Volatile.Read(ref _fenced);

    /// <summary>The stamp for what the calling thread has just taken out of the page table.
    /// </summary>
    public ulong StampNow()
    {
        // The table's change is seen by all before the epoch is read: whoever ends that epoch does
        // so after it.
        Interlocked.MemoryBarrier();
        return CurrentEpoch;
    }

    /// <summary>Ends the epoch with a barrier, begins another, and returns the one ended.</summary>
    public ulong AdvanceEpoch()
    {
        ulong ended = Interlocked.Increment(ref _epoch.Value) - 1;
        Interlocked.MemoryBarrierProcessWide();
        ulong fenced = FencedEpoch;
        while (fenced < ended)
        {
            ulong found = Interlocked.CompareExchange(ref _fenced, ended, fenced);
            if (found == fenced) break;
            fenced = found;
        }

        return ended;
    }

    /// <summary>Epoch of the longest running operation, or the largest number.</summary>
    public ulong OldestOperation()
    {
        ulong oldest = ulong.MaxValue;
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
        {
            SyncPoints.Reach("reclaim: before a slot is read");
            ulong epoch = slot.Epoch;
            if (epoch != 0 && epoch < oldest) oldest = epoch;
        }

        return oldest;
    }

    /// <summary>
    /// Adds the frames that transactions hold. Called after <see cref="OldestOperation"/>: a frame
    /// found by an operation that has ended by then is held by then, or never.
    /// </summary>
    public void CollectHeld(HashSet<int> held)
    {
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
        {
            if (!slot.IsClaimed) continue;
            for (int i = 0; i < ReaderSlot.HeldMax; i++)
            {
                int frame = slot.HeldAt(i);
                if (frame >= 0) held.Add(frame);
            }
        }
    }

    /// <summary>
    /// The oldest snapshot held, or <paramref name="ifNone"/>. A reader that publishes its snapshot
    /// and then finds it still the newest is seen by every call that begins after a newer one was
    /// published: the barrier makes its store visible or its check late.
    /// </summary>
    public ulong OldestSnapshot(ulong ifNone)
    {
        AdvanceEpoch(); // The barrier serves retired frames, too.
        ulong oldest = ulong.MaxValue;
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
        {
            SyncPoints.Reach("oldest: before a slot is read");
            ulong id = slot.SnapshotId;
            if (PlantedRaces.StopAtFirstReader && oldest != ulong.MaxValue) break;
            if (id != 0 && id < oldest) oldest = id;
        }

        return oldest == ulong.MaxValue ? ifNone : oldest;
    }

    /// <summary>The read transactions. Without a barrier: may be late by a moment.</summary>
    public SlotStatistics GetStatistics()
    {
        int openCount = 0;
        ulong oldest = 0;
        long since = 0;
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
        {
            ulong id = slot.SnapshotId;
            if (id == 0 || slot.IsWriter) continue;
            openCount++;
            if (oldest != 0 && id >= oldest) continue;
            oldest = id;
            since = slot.SinceTimestamp;
        }

        return new SlotStatistics(openCount, oldest, since);
    }

    public (long Hits, long Misses) CountReads()
    {
        long hits = 0;
        long misses = 0;
        foreach (ReaderSlot slot in Volatile.Read(ref _slots))
        {
            hits += slot.Hits;
            misses += slot.Misses;
        }

        return (hits, misses);
    }

    private ReaderSlot AddClaimed()
    {
        using (Uninterrupted.Enter(_gate))
        {
            ReaderSlot[] slots = _slots;
            int count = slots.Length;
            Array.Resize(ref slots, count * 2);
            for (int i = count; i < slots.Length; i++) slots[i] = new ReaderSlot(this, i);
            bool claimed = slots[count].TryClaim();
            Debug.Assert(claimed);
            Volatile.Write(ref _slots, slots);
            return slots[count];
        }
    }

    // Every operation reads the epoch; nothing that changes more often may share its cache line.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedEpoch
    {
        [FieldOffset(128)]
        public ulong Value;
    }
}
