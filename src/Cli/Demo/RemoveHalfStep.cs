namespace KvCow.Cli.Demo;

/// <summary>Deletes every second pair, and checks that the others stay.</summary>
internal static class RemoveHalfStep
{
    private const long SampleCount = 20_000;

    public static void Run(DemoRun run)
    {
        long removed = run.Options.Count / 2;
        byte[] key = new byte[GeneratedPairs.KeyBytes];
        long missing = 0;
        run.Report.Run("remove half", removed, "pairs", progress =>
            run.WriteInBatches(DemoRun.PairsBucket, removed, progress, (bucket, i) =>
            {
                GeneratedPairs.WriteKey((2 * i) + 1, key);
                if (!bucket.Delete(key)) missing++;
            }));
        run.Report.Check(missing == 0, $"{missing:N0} pairs to remove were missing");
        Check(run, run.Options.Count - removed);
    }

    private static void Check(DemoRun run, long left)
    {
        using ReadTransaction tx = run.Database.BeginRead();
        Bucket bucket = tx.OpenBucket(DemoRun.PairsBucket);
        run.Report.Check(bucket.Count == left, $"{bucket.Count:N0} pairs are left, not {left:N0}");
        Span<byte> key = stackalloc byte[GeneratedPairs.KeyBytes];
        long wrong = 0;
        for (long i = 0; i < Math.Min(SampleCount, run.Options.Count); i++)
        {
            GeneratedPairs.WriteKey(i, key);
            if (bucket.ContainsKey(key) != (i % 2 == 0)) wrong++;
        }

        run.Report.Check(wrong == 0, $"{wrong:N0} pairs are left or gone against the rule");
    }
}
