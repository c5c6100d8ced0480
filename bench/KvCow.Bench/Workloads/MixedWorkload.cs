using System.Diagnostics;
using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>
/// For two seconds three readers, a snapshot per get, beside one writer of 100 puts per durable
/// commit. Operations are gets; the commits are a figure of their own.
/// </summary>
internal sealed class MixedWorkload() : Workload("mixed")
{
    private const int Readers = 3;
    private const int PutsPerCommit = 100;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    public override StartingPoint Start => StartingPoint.Copied;

    public override bool EndsInKnownState => false;

    public override Sample Run(Trial trial)
    {
        long[] gets = new long[Readers];
        long commits = 0;
        IReader[] readers = [.. Enumerable.Range(0, Readers)
            .Select(_ => trial.Engine.OpenReader())];
        using IWriter writer = trial.Engine.OpenWriter();
        long end = Stopwatch.GetTimestamp()
            + (long)(Duration.TotalSeconds * Stopwatch.Frequency);
        Sample sample = Meter.Measure(1, Readers + 1, n =>
        {
            if (n < Readers) gets[n] = Get(readers[n], trial, n, end);
            else commits = Write(writer, trial, end);
            return 0;
        }, trial.Engine.Settle);
        foreach (IReader reader in readers) reader.Dispose();
        sample = sample with { Operations = gets.Sum() };
        sample.Extra[Figures.CommitsPerSecond] = commits / sample.Seconds;
        return sample;
    }

    private static long Get(IReader reader, Trial trial, int n, long end)
    {
        SplitMix random = new((ulong)((trial.Round * 100) + n));
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        long gets = 0;
        while (Stopwatch.GetTimestamp() < end)
        {
            Records.WriteKey(random.Below(trial.Count), key);
            reader.Renew();
            if (reader.Get(key) == 0)
            {
                throw new IOException($"{trial.Peer.Title} did not find a record.");
            }

            gets++;
        }

        return gets;
    }

    private static long Write(IWriter writer, Trial trial, long end)
    {
        SplitMix random = new((ulong)((trial.Round * 100) + 50));
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        Span<byte> value = stackalloc byte[Records.ValueBytes];
        long commits = 0;
        while (Stopwatch.GetTimestamp() < end)
        {
            writer.Begin();
            for (int p = 0; p < PutsPerCommit; p++)
            {
                long i = random.Below(trial.Count);
                Records.WriteKey(i, key);
                Records.WriteValue(i, trial.Round + 1, value);
                writer.Put(key, value);
            }

            writer.Commit();
            commits++;
        }

        return commits;
    }
}
