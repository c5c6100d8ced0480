namespace KvCow.Cli.Demo;

/// <summary>Gets every generated pair and compares its whole value.</summary>
internal static class LookUpStep
{
    public static void Run(DemoRun run)
    {
        run.Report.Run("look up all", run.Options.Count, "pairs", progress =>
        {
            long wrong = CountWrong(run, progress);
            run.Report.Check(wrong == 0, $"{wrong:N0} pairs are missing or differ");
        });
    }

    private static long CountWrong(DemoRun run, Action<double> progress)
    {
        Span<byte> key = stackalloc byte[GeneratedPairs.KeyBytes];
        Span<byte> expected = stackalloc byte[GeneratedPairs.ValueBytes];
        Span<byte> found = stackalloc byte[GeneratedPairs.ValueBytes];
        using ReadTransaction tx = run.Database.BeginRead();
        Bucket bucket = tx.OpenBucket(DemoRun.PairsBucket);
        long wrong = 0;
        for (long i = 0; i < run.Options.Count; i++)
        {
            if (run.IsPause(i)) progress(i);
            GeneratedPairs.WriteKey(i, key);
            GeneratedPairs.WriteValue(i, expected);
            bool isThere = bucket.TryGet(key, found, out int length);
            if (!isThere || !expected.SequenceEqual(found[..length])) wrong++;
        }

        return wrong;
    }
}
