using KvCow.Engine.Pages;

namespace KvCow.Engine.Cache;

/// <summary>
/// Frames of one shard that are out of the page table, until no operation and no pin can look at
/// them any more. Guarded by the shard's lock.
/// </summary>
internal sealed class RetiredFrames(FrameSet frames, ReaderSlots slots, int countMax)
{
    // Both as large as they can become, so that retiring a frame never fails halfway.
    private readonly Queue<(int Frame, ulong Stamp)> _stamped = new(countMax);

    // Without a stamp yet: one fence stamps a whole batch.
    private readonly List<int> _unstamped = new(countMax);

    private readonly HashSet<int> _held = [];

    public int Count => _unstamped.Count + _stamped.Count;

    /// <summary>Takes a frame that the page table does not lead to any more.</summary>
    public void Add(int frame)
    {
        frames[frame].State = FrameState.Retired;
        _unstamped.Add(frame);
    }

    /// <summary>Hands over what nobody looks at any more.</summary>
    public void Reclaim(Action<int> give)
    {
        Stamp();
        if (_stamped.Count == 0) return;
        SyncPoints.Reach("reclaim: stamped");
        ulong oldest = PlantedRaces.SkipEpochWait ? ulong.MaxValue : slots.OldestOperation();
        SyncPoints.Reach("reclaim: oldest operation known");
        _held.Clear();
        slots.CollectHeld(_held);
        for (int left = _stamped.Count; left > 0; left--)
        {
            (int frame, ulong stamp) = _stamped.Peek();
            if (stamp >= oldest) return;
            _stamped.Dequeue();

            // After the scan: who pins a frame has done so inside an operation, before its end.
            bool isPinned = frames.IsPinned(frame) && !PlantedRaces.ReusePinnedFrames;
            bool isHeld = _held.Contains(frame) && !PlantedRaces.ReuseHeldFrames;
            if (isPinned || isHeld)
            {
                _stamped.Enqueue((frame, stamp));
                continue;
            }

            give(frame);
        }
    }

    private void Stamp()
    {
        if (_unstamped.Count == 0) return;
        ulong stamp = slots.AdvanceEpoch();
        foreach (int frame in _unstamped) _stamped.Enqueue((frame, stamp));
        _unstamped.Clear();
    }
}
