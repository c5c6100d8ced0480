using KvCow.Engine.Pages;

namespace KvCow.Engine.Cache;

/// <summary>
/// Frames of one shard that are out of the page table, until no operation and no pin can look at
/// them any more. Guarded by the shard's lock.
/// </summary>
internal sealed class RetiredFrames(FrameSet frames, ReaderSlots slots, int countMax)
{
    // As large as it can become, so that retiring a frame never fails halfway.
    private readonly Queue<(int Frame, ulong Stamp)> _frames = new(countMax);

    private readonly HashSet<int> _held = [];

    private ulong _lastStamp;

    public int Count => _frames.Count;

    /// <summary>Takes a frame that the page table does not lead to any more.</summary>
    public void Add(int frame)
    {
        frames[frame].State = FrameState.Retired;
        _lastStamp = slots.StampNow();
        _frames.Enqueue((frame, _lastStamp));
    }

    /// <summary>Hands over what nobody looks at any more.</summary>
    /// <param name="give">Takes a frame.</param>
    /// <param name="all">
    /// Whether a barrier is worth it for those retired last; otherwise only if none can go without.
    /// </param>
    public void Reclaim(Action<int> give, bool all)
    {
        if (_frames.Count == 0) return;
        ulong needed = all ? _lastStamp : _frames.Peek().Stamp;
        if (slots.FencedEpoch < needed) slots.AdvanceEpoch();
        ulong fenced = slots.FencedEpoch;
        SyncPoints.Reach("reclaim: stamped");
        ulong oldest = PlantedRaces.SkipEpochWait ? ulong.MaxValue : slots.OldestOperation();
        SyncPoints.Reach("reclaim: oldest operation known");
        _held.Clear();
        slots.CollectHeld(_held);
        for (int left = _frames.Count; left > 0; left--)
        {
            (int frame, ulong stamp) = _frames.Peek();
            if (stamp > fenced || stamp >= oldest) return;
            _frames.Dequeue();

            // After the scan: who pins a frame has done so inside an operation, before its end.
            bool isPinned = frames.IsPinned(frame) && !PlantedRaces.ReusePinnedFrames;
            bool isHeld = _held.Contains(frame) && !PlantedRaces.ReuseHeldFrames;
            if (isPinned || isHeld)
            {
                _frames.Enqueue((frame, stamp));
                continue;
            }

            give(frame);
        }
    }
}
