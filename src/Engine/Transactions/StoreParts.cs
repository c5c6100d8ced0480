using KvCow.Engine.Cache;

namespace KvCow.Engine.Transactions;

/// <summary>The parts of an open store that its transactions share.</summary>
internal sealed record StoreParts(
    PageFile File,
    NodeCache Cache,
    UnwrittenPages Unwritten,
    Space Space,
    FreeListLog Log,
    RedoLog Redo,
    PendingFile Pending,
    SnapshotRegistry Snapshots,
    StoreOptions Options)
{
    /// <summary>
    /// Guards the short moments in which several parts change together: publish and close take it
    /// exclusively, statistics and the start of verify share it. Never held across user code.
    /// </summary>
    public ReaderWriterLockSlim Structure { get; } = new();

    /// <summary>
    /// Held by a commit from its first write to its publication; close waits for it.
    /// </summary>
    public Lock CommitGate { get; } = new();

    public StoreLife Life { get; } = new();

    public bool IsClosed => Life.IsOver;
}
