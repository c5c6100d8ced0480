namespace KvCow.Tests.Space;

/// <summary>
/// Overwrites entries at random, many times over, with the options that everybody has, and watches
/// the file beside its live bytes.
/// </summary>
internal static class SteadyOverwrites
{
    private const double RatioMax = 1.5;
    private const int Rounds = 5;
    private const int PutsPerCommit = 1000;

    public static int Run(string file, int count)
    {
        using Database database = Database.Open(file);
        Entries.Load(database, Enumerable.Range(0, count).Select(static i => (long)i));
        Random random = new(1);
        double most = 0;
        for (long puts = 0; puts < (long)Rounds * count; puts += PutsPerCommit)
        {
            long version = puts + 1;
            database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenBucket("entries");
                for (int i = 0; i < PutsPerCommit; i++)
                {
                    long number = random.Next(count);
                    bucket.Put(Entries.Key(number), Entries.Value(number, version));
                }
            });
            DatabaseStatistics figures = database.GetStatistics();
            most = Math.Max(most, (double)figures.FileBytes / figures.LiveBytes);
        }

        CompactionFigures compaction = database.GetStatistics().Compaction;
        Console.WriteLine($"{count} entries overwritten {Rounds} times: file at most {most:f3} "
            + $"times its live bytes; {compaction.Runs} compactions in the background, "
            + $"{compaction.BytesMoved >> 20} MiB moved, {compaction.Failures} failures");
        return most <= RatioMax ? 0 : 1;
    }
}
