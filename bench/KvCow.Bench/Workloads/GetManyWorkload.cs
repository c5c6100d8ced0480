using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>Random gets, a batch of keys at a time; peers without such a call get one by one.
/// </summary>
internal sealed class GetManyWorkload() : Workload("get-many")
{
    private const ulong Seed = 500;
    private const int Batch = 1000;

    public override long? ExpectedSum(ExpectedState state, int round) =>
        state.GetSum(Seed, GetsOf(state.Count));

    public override Sample Run(Trial trial)
    {
        using IReader reader = trial.Engine.OpenReader();
        long gets = GetsOf(trial.Count);
        byte[] keys = new byte[Batch * Records.KeyBytes];
        Sample sample = Meter.Measure(gets, () =>
        {
            SplitMix random = new(Seed);
            long sum = 0;
            for (long n = 0; n < gets; n += Batch)
            {
                for (int k = 0; k < Batch; k++)
                {
                    Records.WriteKey(
                        random.Below(trial.Count), keys.AsSpan(k * Records.KeyBytes));
                }

                sum += reader.GetMany(keys);
            }

            return sum;
        });
        sample.Extra["isBatched"] = reader.BatchesGets ? 1 : 0;
        return sample;
    }

    private static long GetsOf(int count) => Math.Max(Batch, count / Batch * Batch);
}
