using System.Runtime.InteropServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Where the free list lies on disk: a checkpoint, then deltas in the pending log, then deltas
/// inline in the meta page. A commit costs O(its own changes), never O(free list).
/// </summary>
internal sealed class FreeListLog(
    PageFile file, PendingFile pending, MetaPage meta, List<PageRun>? checkpointRuns,
    StoreOptions options)
{
    /// <summary>
    /// The log is folded into a checkpoint past this size or past four checkpoints, whichever is
    /// more: opening reads both, and the cost of a checkpoint spreads over that many deltas.
    /// </summary>
    private const long LogBytesMin = 1 << 20;

    private readonly List<byte> _inline = [.. meta.InlineDeltas.Span];
    private readonly UnloggedChanges _unlogged = new();
    private uint _pageCount = meta.PageCount;

    // Null when the log on disk was unusable and the free list was rebuilt by walking: only a new
    // checkpoint makes the disk agree again.
    private List<PageRun>? _checkpointRuns = checkpointRuns;

    /// <summary>Pages of the checkpoint in force.</summary>
    public IReadOnlyList<PageRun> CheckpointRuns => _checkpointRuns ?? [];

    public PageReference Checkpoint { get; private set; } = meta.Checkpoint;

    public TransactionId Last { get; private set; } = meta.Id;

    public TransactionId LoggedThrough { get; private set; } = meta.LoggedThrough;

    public long PendingBytes { get; private set; } = meta.PendingBytes;

    public uint PendingCrc { get; private set; } = meta.PendingCrc;

    public ReadOnlyMemory<byte> InlineDeltas => _inline.ToArray();

    /// <summary>True when the next commit has to carry a checkpoint.</summary>
    public bool NeedsCheckpoint =>
        _checkpointRuns is null || LacksRoom || PendingBytes > LogBytesMax;

    /// <summary>True when deferred deltas found no room: only a checkpoint helps.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>The commit with the log as it is now.</summary>
    public MetaPage Describe(MetaPage commit) => commit with
    {
        Checkpoint = Checkpoint,
        LoggedThrough = LoggedThrough,
        PendingBytes = PendingBytes,
        PendingCrc = PendingCrc,
        InlineDeltas = InlineDeltas,
    };

    /// <summary>Notes what a commit did whose delta nobody needs before the next flush.</summary>
    public void Defer(List<PageRun> freed, List<PageRun> taken)
    {
        if (!PlantedBugs.ForgetDeferredDeltas) _unlogged.Add(freed, taken);
    }

    /// <summary>
    /// Adds one delta for all deferred ones up to the newest finished commit; false without room:
    /// then the next commit has to carry a checkpoint.
    /// </summary>
    public bool TryAppendDeferred(MetaPage newest)
    {
        if (newest.Id <= Last) return true;
        LacksRoom = !TryAppend(
            _unlogged.ToDelta(newest.Id, Last, _pageCount, newest.PageCount));
        if (!LacksRoom) _unlogged.Clear();
        return !LacksRoom;
    }

    /// <summary>
    /// Adds the delta of the commit under way. Returns false if neither the meta page nor the
    /// pending log has room: then a checkpoint must take it, and nothing has changed.
    /// </summary>
    public bool TryAppend(FreeListDelta delta)
    {
        List<byte> bytes = [];
        delta.AppendTo(bytes);
        int room = Math.Min(
            options.InlineDeltaBytesMax, MetaPage.InlineDeltaBytesMax(file.PageBytes));
        if (_inline.Count + bytes.Count > room)
        {
            // Everything inline, and a delta too long to ride along, becomes durable first. If the
            // commit fails, the bytes behind those that the last meta page counts mean nothing.
            bool withDelta = bytes.Count > room;
            List<byte> spilled = withDelta ? [.. _inline, .. bytes] : _inline;
            if (!TrySpill(CollectionsMarshal.AsSpan(spilled))) return false;
            LoggedThrough = withDelta ? delta.Id : Last;
            _inline.Clear();
            if (withDelta) bytes.Clear();
        }

        _inline.AddRange(bytes);
        Last = delta.Id;
        _pageCount = delta.PageCount;
        return true;
    }

    /// <summary>
    /// The commit under way carries a checkpoint: the log starts afresh behind it.
    /// </summary>
    public void StartAfresh(in PageReference checkpoint, List<PageRun> runs, uint pageCount)
    {
        _checkpointRuns = runs;
        LacksRoom = false;
        _pageCount = pageCount;
        _unlogged.Clear();
        Checkpoint = checkpoint;
        Last = LoggedThrough = checkpoint.Birth;
        PendingBytes = 0;
        PendingCrc = PendingFile.SeedCrc(meta.DatabaseId, checkpoint);
        _inline.Clear();
    }

    private long LogBytesMax => options.LogBytesMax
        ?? Math.Max(LogBytesMin, 4L * (long)Checkpoint.Count * file.PageBytes);

    private bool TrySpill(ReadOnlySpan<byte> deltas)
    {
        try
        {
            pending.Append(PendingBytes, deltas);
        }
        catch (StorageFullException)
        {
            return false;
        }
        catch (IOException failure)
        {
            throw file.Fail(failure);
        }

        PendingCrc = Crc32C.Append(PendingCrc, deltas);
        PendingBytes += deltas.Length;
        return true;
    }
}
