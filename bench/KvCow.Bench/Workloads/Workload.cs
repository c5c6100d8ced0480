using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>Something that every peer does alike.</summary>
internal abstract class Workload(string name)
{
    /// <summary>As on the command line and in the result files.</summary>
    public string Name { get; } = name;

    /// <summary>What the database is like when the workload begins.</summary>
    public virtual StartingPoint Start => StartingPoint.Loaded;

    /// <summary>Whether each commit waits for the device.</summary>
    public virtual bool IsDurable => true;

    /// <summary>Whether the entries afterwards do not depend on who was how fast.</summary>
    public virtual bool EndsInKnownState => true;

    /// <summary>Rounds before those that count: until the code is compiled for good.</summary>
    public virtual int WarmUpRounds => 1;

    /// <summary>Why a peer cannot do it; null if it can.</summary>
    public virtual string? Refuses(Peer peer) => null;

    /// <summary>Notes what this round changes, once for all peers.</summary>
    public virtual void Change(ExpectedState state, int round)
    {
    }

    /// <summary>The sum that each peer must return; null if there is none to compare.</summary>
    public virtual long? ExpectedSum(ExpectedState state, int round) => null;

    public abstract Sample Run(Trial trial);
}
