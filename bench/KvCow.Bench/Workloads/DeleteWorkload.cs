using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Deletes half of all records over the rounds, 1000 per durable commit; then gives the space back,
/// where a peer can, and notes the size of the files before and after.
/// </summary>
internal sealed class DeleteWorkload(int rounds) : Workload("delete-1000")
{
    private const int PerCommit = 1000;

    public override StartingPoint Start => StartingPoint.Copied;

    public override void Change(ExpectedState state, int round)
    {
        int share = Share(state.Count);
        for (int n = 0; n < share; n++) state.Delete(((long)round * share) + n);
    }

    public override Sample Run(Trial trial)
    {
        int share = Share(trial.Count);
        long first = (long)trial.Round * share;
        using IWriter writer = trial.Engine.OpenWriter();
        Sample sample = Meter.Measure(
            share, () => Delete(writer, first, share), trial.Engine.Settle);
        if (trial.Round == rounds)
        {
            sample.Extra[Figures.FileBytes] = Dataset.BytesOf(trial.Folder);
            trial.Engine.Compact();
            sample.Extra[Figures.CompactedBytes] = Dataset.BytesOf(trial.Folder);
        }

        return sample;
    }

    private static long Delete(IWriter writer, long first, int share)
    {
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        for (int n = 0; n < share; n += PerCommit)
        {
            writer.Begin();
            for (int k = n; k < Math.Min(n + PerCommit, share); k++)
            {
                Records.WriteKey(first + k, key);
                writer.Delete(key);
            }

            writer.Commit();
        }

        return 0;
    }

    private int Share(int count) => count / 2 / (rounds + 1);
}
