using System.Globalization;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Renews read transactions without reading, begins and ends them, and does the same with the read
/// side of a <see cref="ReaderWriterLockSlim"/>.
/// </summary>
internal sealed class SnapshotWorkload(int threads)
    : Workload(string.Create(CultureInfo.InvariantCulture, $"snapshot-{threads}t"))
{
    private const int Pairs = 1_000_000;

    public override string? Refuses(Peer peer) => peer.Name is Peer.Ours or "lmdb"
        ? null
        : "has no read transaction apart from its reads";

    public override Sample Run(Trial trial)
    {
        IReader[] readers = [.. Enumerable.Range(0, threads)
            .Select(_ => trial.Engine.OpenReader())];
        Sample sample = Meter.Measure((long)Pairs * threads, threads, n =>
        {
            IReader reader = readers[n];
            for (int i = 0; i < Pairs; i++) reader.Renew();
            return 0;
        });
        Sample anew = Meter.Measure((long)Pairs * threads, threads, n =>
        {
            IReader reader = readers[n];
            for (int i = 0; i < Pairs; i++) reader.BeginAnew();
            return 0;
        });
        sample.Extra[Figures.BeginNanoseconds] = 1e9 / anew.PerSecond;
        sample.Extra[Figures.BeginBytes] = (double)anew.AllocatedBytes / anew.Operations;
        foreach (IReader reader in readers) reader.Dispose();
        using ReaderWriterLockSlim gate = new();
        Sample locked = Meter.Measure((long)Pairs * threads, threads, _ =>
        {
            for (int i = 0; i < Pairs; i++)
            {
                gate.EnterReadLock();
                gate.ExitReadLock();
            }

            return 0;
        });
        sample.Extra[Figures.LockNanoseconds] = 1e9 / locked.PerSecond;
        return sample;
    }
}
