using System.Diagnostics;

namespace KvCow.Tests.Space;

/// <summary>
/// Overwrites all entries five times over, in random order, and tells the file's size over the live
/// data and the rate after each round.
/// </summary>
internal static class Overwrite
{
    private const int Rounds = 5;

    public static int Run(string file, int count, int putsPerCommit)
    {
        using Database database = Database.Open(file);
        Entries.Load(database, Enumerable.Range(0, count).Select(static i => (long)i));
        Random random = new(1);
        double worst = 0;
        for (int round = 0; round <= Rounds; round++)
        {
            // Round 0 is short: the rate at the start, on the fresh file.
            int commits = (round == 0 ? count / 20 : count) / putsPerCommit;
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < commits; i++)
            {
                database.Write(tx =>
                {
                    WritableBucket bucket = tx.OpenBucket("entries");
                    for (int k = 0; k < putsPerCommit; k++)
                    {
                        long number = random.Next(count);
                        bucket.Put(Entries.Key(number), Entries.Value(number, round));
                    }
                });
                DatabaseStatistics now = database.GetStatistics();
                worst = Math.Max(worst, (double)now.FileBytes / now.LiveBytes);
            }

            DatabaseStatistics figures = database.GetStatistics();
            Console.WriteLine($"round {round}: {commits * putsPerCommit / watch.Elapsed.TotalSeconds:f0}"
                + $" puts/s, file {figures.FileBytes >> 20} MiB, live {figures.LiveBytes >> 20} MiB, "
                + $"{(double)figures.FileBytes / figures.LiveBytes:f2} times; worst {worst:f2}");
        }

        VerifyReport verify = database.Verify();
        Console.WriteLine($"verify: {verify.Findings.Count} findings, {verify.Entries} entries");
        return verify.IsSound && worst <= 1.5 ? 0 : 1;
    }
}
