namespace KvCow.Engine.Cache;

/// <content>Where free frames come from. All of it under the shard's lock.</content>
internal sealed partial class CacheShard
{
    private void Reclaim(bool all)
    {
        _retired.Reclaim(_give, all);
        _reclaimAt = _retired.Count + RetiredMin;
    }

    private void ReuseTouched()
    {
        if (_order.ReplacedCount >= ReplacedMin) EvictReplaced();
        if (_retired.Count >= _reclaimAt) Reclaim(all: false);
    }

    private void Replenish()
    {
        Reclaim(all: true);

        // While a long operation holds retired frames back, half of the frames stay cached.
        if (_free.Count >= FreeMin || _retired.Count > _limit / 2) return;
        Evict(FreeMin);
        Reclaim(all: true);
    }

    private void Evict(int wanted)
    {
        wanted -= EvictReplaced();
        int steps = Math.Min(_count * 3, HandStepsMax);
        while (steps-- > 0 && wanted > 0) TryEvict(_order.Next(_limit), ref wanted);

        // The others are all pinned, or in use for other things.
        steps = _order.ProbationCount;
        while (steps-- > 0 && wanted > 0) TryEvict(_order.NextOnProbation(), ref wanted);
    }

    /// <summary>Evicts all but the last few; returns how many have gone.</summary>
    private int EvictReplaced()
    {
        int wanted = Math.Max(0, _order.ReplacedCount - (ReplacedMin / 2));
        int left = wanted;
        for (int steps = wanted; steps > 0; steps--) TryEvict(_order.NextReplaced(), ref left);
        return wanted - left;
    }

    private void TryEvict(int frame, ref int wanted)
    {
        if (frame < 0) return;
        SyncPoints.Reach("evict");
        Retire(frame);
        _evictions++;
        wanted--;
    }
}
