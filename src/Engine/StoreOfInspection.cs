using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <content>What looks at the file as a whole.</content>
internal sealed partial class Store
{
    /// <summary>
    /// Walks one snapshot, reading every page from the device, and reports what breaks a rule.
    /// </summary>
    public VerifyReport Verify(IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        PageSnapshot snapshot = BeginWalk(
            out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint);
        using (snapshot)
        using (_parts.File.Telemetry.Start("kvcow.verify"))
        {
            return MetaSlots.Check(_parts, _queue, new StoreVerifier(
                _parts.File, InFile(snapshot), unreached, progress, ct).Verify(checkpoint));
        }
    }

    /// <summary>Walks one snapshot for the shape of its trees and the use of each page.</summary>
    public DatabaseShape TakeShape(IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        PageSnapshot snapshot = BeginWalk(
            out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint);
        using (snapshot)
        {
            return new StoreShape(_parts.File, InFile(snapshot), progress, ct)
                .Take(unreached, checkpoint);
        }
    }

    /// <summary>Decodes one page as it lies in the file.</summary>
    public PageContent ReadPage(long pageId)
    {
        ThrowIfDisposed();
        return PageDecoder.Decode(_parts.File, pageId);
    }

    /// <summary>
    /// The commit to walk on the device. Read-only, what the redo log tells is in memory only.
    /// </summary>
    private MetaPage InFile(PageSnapshot snapshot)
    {
        if (_parts.Options.ReadOnly) return _parts.Snapshots.Durable;
        snapshot.AwaitDurable();
        return snapshot.Meta;
    }

    /// <summary>A snapshot, and what was free when it was the newest.</summary>
    private PageSnapshot BeginWalk(
        out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint)
    {
        ThrowIfDisposed();
        SyncPoints.AwaitShared(_parts.Structure);
        _parts.Structure.EnterReadLock();
        try
        {
            PageSnapshot snapshot = new(_parts, _queue);
            (unreached, checkpoint) = _parts.Space.Capture(
                _parts.Options.ReadOnly ? _parts.Snapshots.Durable.Id : snapshot.Id);
            return snapshot;
        }
        finally
        {
            Uninterrupted.Run(_parts.Structure.ExitReadLock);
        }
    }
}
