using System.Diagnostics;

namespace KvCow.Tests.Space;

/// <summary>Commits one entry at a time, durably.</summary>
internal sealed class SmallWriter(Database database)
{
    public long Commits { get; private set; }

    public TimeSpan Longest { get; private set; }

    public void Run(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            long number = Commits % 1000;
            database.Write(tx => tx.OpenOrCreateBucket("writer")
                .Put(Entries.Key(number), Entries.Value(number, Commits)));
            Commits++;
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            if (taken > Longest) Longest = taken;
        }
    }
}
