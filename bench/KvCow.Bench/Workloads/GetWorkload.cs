using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>Random gets: in one transaction, or each in a snapshot of its own.</summary>
internal sealed class GetWorkload(string name, int threads, bool isSnapshotPerGet) : Workload(name)
{
    private const ulong Seed = 500;

    /// <summary>What was agreed for a million gets from a million records.</summary>
    private const long SumOfMillion = 405_122_992;

    public override long? ExpectedSum(ExpectedState state, int round)
    {
        long sum = 0;
        for (int n = 0; n < threads; n++) sum += state.GetSum(Seed + (ulong)n, GetsOf(state));
        if (threads == 1 && state.Count == 1_000_000 && sum != SumOfMillion)
        {
            throw new InvalidOperationException("The records are not the agreed ones.");
        }

        return sum;
    }

    public override Sample Run(Trial trial)
    {
        IReader[] readers = [.. Enumerable.Range(0, threads)
            .Select(_ => trial.Engine.OpenReader())];
        long gets = GetsOf(trial.State);
        Sample sample = Meter.Measure(gets * threads, threads, n => isSnapshotPerGet
            ? GetEachInSnapshot(readers[n], Seed + (ulong)n, gets, trial.Count)
            : GetAll(readers[n], Seed + (ulong)n, gets, trial.Count));
        foreach (IReader reader in readers) reader.Dispose();
        return sample;
    }

    /// <summary>Random gets in one read transaction; returns the sum of what they read.</summary>
    internal static long GetAll(IReader reader, ulong seed, long gets, int count)
    {
        SplitMix random = new(seed);
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        long sum = 0;
        for (long n = 0; n < gets; n++)
        {
            Records.WriteKey(random.Below(count), key);
            sum += reader.Get(key);
        }

        return sum;
    }

    private static long GetEachInSnapshot(IReader reader, ulong seed, long gets, int count)
    {
        SplitMix random = new(seed);
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        long sum = 0;
        for (long n = 0; n < gets; n++)
        {
            Records.WriteKey(random.Below(count), key);
            reader.Renew();
            sum += reader.Get(key);
        }

        return sum;
    }

    private static long GetsOf(ExpectedState state) => state.Count;
}
