namespace KvCow.Cli.Demo;

/// <summary>Scans all pairs, up and down, and checks that their keys are in order.</summary>
internal static class ScanStep
{
    public static void Run(DemoRun run)
    {
        Scan(run, "scan up", isReversed: false);
        Scan(run, "scan down", isReversed: true);
    }

    private static void Scan(DemoRun run, string title, bool isReversed)
    {
        long count = run.Options.Count;
        run.Report.Run(title, count, "pairs", progress =>
        {
            using ReadTransaction tx = run.Database.BeginRead();
            Bucket bucket = tx.OpenBucket(DemoRun.PairsBucket);
            long seen = Scan(run, isReversed ? bucket.Reverse() : bucket.From([]), isReversed,
                progress);
            run.Report.Check(seen == count, $"{title} found {seen:N0} of {count:N0} pairs");
            run.Report.Check(bucket.Count == count, $"the bucket counts {bucket.Count:N0} pairs");
        });
    }

    private static long Scan(
        DemoRun run, EntryRange range, bool isReversed, Action<double> progress)
    {
        Span<byte> previous = stackalloc byte[GeneratedPairs.KeyBytes];
        previous.Fill(isReversed ? (byte)0xff : (byte)0);
        long seen = 0;
        long outOfOrder = 0;
        foreach (EntryView entry in range)
        {
            if (run.IsPause(++seen)) progress(seen);
            ReadOnlySpan<byte> key = entry.Key;
            int order = key.SequenceCompareTo(previous);
            if (isReversed ? order >= 0 : order <= 0) outOfOrder++;
            if (entry.Value.Length != GeneratedPairs.ValueBytes) outOfOrder++;
            key.CopyTo(previous);
        }

        run.Report.Check(outOfOrder == 0, $"{outOfOrder:N0} entries are out of order");
        return seen;
    }
}
