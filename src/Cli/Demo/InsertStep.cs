namespace KvCow.Cli.Demo;

/// <summary>Puts all generated pairs, in random order of their keys.</summary>
internal static class InsertStep
{
    public static void Run(DemoRun run)
    {
        long count = run.Options.Count;
        byte[] key = new byte[GeneratedPairs.KeyBytes];
        byte[] value = new byte[GeneratedPairs.ValueBytes];
        run.Report.Run("insert in random order", count, "pairs", progress =>
            run.WriteInBatches(DemoRun.PairsBucket, count, progress, (bucket, i) =>
            {
                GeneratedPairs.WriteKey(i, key);
                GeneratedPairs.WriteValue(i, value);
                bucket.Put(key, value);
            }));
    }
}
