using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>All records into an empty database in one durable transaction.</summary>
internal sealed class LoadWorkload(string name, bool isSorted) : Workload(name)
{
    private int[]? _order;

    public override StartingPoint Start => StartingPoint.Own;

    public override Sample Run(Trial trial)
    {
        int[]? order = isSorted ? _order ??= Records.InKeyOrder(trial.Count) : null;
        string folder = trial.Dataset.Empty(trial.Peer.Name);
        Sample sample;
        using (IEngine engine = trial.Peer.Open(EngineSettings.Durable(folder, trial.Count)))
        {
            using IWriter writer = engine.OpenWriter();
            sample = Meter.Measure(
                trial.Count, () => Load(writer, trial.Count, order), engine.Settle);
            using IReader reader = engine.OpenReader();
            if (reader.Scan(isReversed: false, out long entries) != trial.State.ScanSum()
                || entries != trial.Count)
            {
                throw new InvalidOperationException($"{trial.Peer.Title} lost records.");
            }
        }

        sample.Extra[Figures.FileBytes] = Dataset.BytesOf(folder);
        Directory.Delete(folder, recursive: true);
        return sample;
    }

    private static long Load(IWriter writer, int count, int[]? order)
    {
        writer.Begin();
        if (order is null) PutAll(writer, count);
        else writer.LoadSorted(count, (n, key, value) => Write(order[n], key, value));
        writer.Commit();
        return 0;
    }

    private static void PutAll(IWriter writer, int count)
    {
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        for (int n = 0; n < count; n++)
        {
            Write(n, key, value);
            writer.Put(key, value);
        }
    }

    private static void Write(int record, byte[] key, byte[] value)
    {
        Records.WriteKey(record, key);
        Records.WriteValue(record, 0, value);
    }
}
