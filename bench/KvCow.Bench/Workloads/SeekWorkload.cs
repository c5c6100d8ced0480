using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>Seeks a random key with a cursor and reads ten entries from there.</summary>
internal sealed class SeekWorkload() : Workload("seek-10")
{
    private const ulong Seed = 700;
    private const int Entries = 10;

    /// <summary>Which entries follow a key is only known to an ordered store.</summary>
    private long? _firstSum;

    public override Sample Run(Trial trial)
    {
        using IReader reader = trial.Engine.OpenReader();
        int seeks = Math.Max(1, trial.Count / 4);
        Sample sample = Meter.Measure(seeks, () =>
        {
            SplitMix random = new(Seed);
            Span<byte> key = stackalloc byte[Records.KeyBytes];
            long sum = 0;
            for (int n = 0; n < seeks; n++)
            {
                Records.WriteKey(random.Below(trial.Count), key);
                sum += reader.SeekAndStep(key, Entries);
            }

            return sum;
        });
        _firstSum ??= sample.Sum;
        return sample.Sum == _firstSum
            ? sample
            : throw new InvalidOperationException($"{trial.Peer.Title} read other entries.");
    }
}
