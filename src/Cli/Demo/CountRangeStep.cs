namespace KvCow.Cli.Demo;

/// <summary>Counts random ranges by the tree's counts, and some of them by a scan.</summary>
internal static class CountRangeStep
{
    private const int RangeCount = 20_000;
    private const int ScannedRangeCount = 8;

    public static void Run(DemoRun run)
    {
        long total = 0;
        run.Report.Run("count random ranges", RangeCount, "ranges", progress =>
        {
            using ReadTransaction tx = run.Database.BeginRead();
            Bucket bucket = tx.OpenBucket(DemoRun.PairsBucket);
            DemoRandom random = new(1);
            byte[] from = new byte[GeneratedPairs.KeyBytes];
            byte[] to = new byte[GeneratedPairs.KeyBytes];
            for (int i = 0; i < RangeCount; i++)
            {
                if (run.IsPause(i)) progress(i);
                Choose(random, from, to);
                total += bucket.CountRange(from, to);
            }
        });
        run.Report.WriteNote($"{total / RangeCount:N0} entries in a range on average");
        run.Report.Run("count the same by scans", null, "entries",
            progress => CompareWithScans(run));
    }

    private static long CompareWithScans(DemoRun run)
    {
        using ReadTransaction tx = run.Database.BeginRead();
        Bucket bucket = tx.OpenBucket(DemoRun.PairsBucket);
        DemoRandom random = new(1);
        byte[] from = new byte[GeneratedPairs.KeyBytes];
        byte[] to = new byte[GeneratedPairs.KeyBytes];
        long scanned = 0;
        for (int i = 0; i < ScannedRangeCount; i++)
        {
            Choose(random, from, to);
            long seen = 0;
            foreach (EntryView _ in bucket.Range(from, to)) run.IsPause(++seen);
            long counted = bucket.CountRange(from, to);
            run.Report.Check(counted == seen, $"a range of {seen:N0} was counted as {counted:N0}");
            scanned += seen;
        }

        return scanned;
    }

    // The bounds are random keys, lesser first; they need not exist.
    private static void Choose(DemoRandom random, byte[] from, byte[] to)
    {
        GeneratedPairs.WriteKey(random.Below(long.MaxValue), from);
        GeneratedPairs.WriteKey(random.Below(long.MaxValue), to);
        if (from.AsSpan().SequenceCompareTo(to) <= 0) return;
        for (int i = 0; i < from.Length; i++) (from[i], to[i]) = (to[i], from[i]);
    }
}
