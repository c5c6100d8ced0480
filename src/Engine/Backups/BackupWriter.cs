using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>Writes a snapshot, which somebody keeps open, as a database file of its own.</summary>
/// <remarks>
/// A meta page names what comes behind it, so a file gets its meta pages last, and for a stream the
/// pages are made twice: once to know the meta page, once to be sent.
/// </remarks>
internal sealed class BackupWriter(
    PageSnapshot snapshot, BackupMode mode, IProgress<BackupProgress>? progress,
    CancellationToken ct)
{
    private readonly MetaPage _source = snapshot.Meta;

    /// <summary>Writes the file under another name, and gives it its own when durable.</summary>
    public BackupReport WriteTo(IStorage target, bool overwrite)
    {
        ct.ThrowIfCancellationRequested();
        using IncomingFile incoming = IncomingFile.Begin(target, overwrite);
        int passes = mode == BackupMode.Verbatim ? 2 : 1;
        BackupPace pace = new(passes * _source.Pages.Total, progress, ct);
        PageSink sink = new(_source.PageBytes, (first, pages) =>
            incoming.File.Write((long)first * _source.PageBytes, pages), pace);
        MetaPage meta = Copy(sink, Prepare(pace));
        sink.Flush();
        WriteMetas(meta, (slot, page) =>
            incoming.File.Write((long)slot * _source.PageBytes, page));
        ct.ThrowIfCancellationRequested();
        incoming.Place();
        pace.Report();
        return Report(meta);
    }

    public BackupReport WriteTo(Stream target)
    {
        BackupPace pace = new(2 * _source.Pages.Total, progress, ct);
        VerbatimCopy? verbatim = Prepare(pace);
        MetaPage meta = verbatim is null
            ? CopyCompacted(new PageSink(_source.PageBytes, null, pace))
            : Describe(verbatim, CountFreeList(verbatim, pace), _source.Pages);
        WriteMetas(meta, (_, page) => target.Write(page));
        PageSink sink = new(_source.PageBytes, (_, pages) => target.Write(pages), pace);
        MetaPage again = Copy(sink, verbatim);
        if (again.CatalogRoot != meta.CatalogRoot || again.PageCount != meta.PageCount)
            throw new CorruptPageException(0, "pages of the snapshot changed while it was copied");
        sink.Flush();
        target.Flush();
        pace.Report();
        return Report(meta);
    }

    /// <summary>The first look at all pages, where the mode needs one.</summary>
    private VerbatimCopy? Prepare(BackupPace pace) => mode == BackupMode.Verbatim
        ? new VerbatimCopy(
            snapshot.File, _source, ReachedPages.Find(snapshot.File, _source, pace))
        : null;

    private MetaPage Copy(PageSink sink, VerbatimCopy? verbatim)
    {
        if (verbatim is null) return CopyCompacted(sink);
        verbatim.CopyPages(sink);
        PageReference freeList = verbatim.WriteFreeList(sink);
        return Describe(verbatim, freeList, _source.Pages);
    }

    private MetaPage CopyCompacted(PageSink sink)
    {
        // Born with the commit before, so that recovery after the backup's own first crash need not
        // read the whole file as the pages of its newest commit.
        TransactionId birth = new(_source.Id.Value - 1);
        PageReference root = new CompactedCopy(snapshot, sink, birth).Run();
        List<byte> deltas = [];
        PageRun used = new(MetaPage.SlotCount, sink.PageCount - MetaPage.SlotCount);
        new FreeListDelta(_source.Id, TransactionId.None, MetaPage.SlotCount, sink.PageCount, [],
            used.Count == 0 ? [] : [used]).AppendTo(deltas);
        return Describe(root, sink.PageCount, sink.Counts) with
        {
            PreviousId = birth,
            InlineDeltas = deltas.ToArray(),
        };
    }

    private PageReference CountFreeList(VerbatimCopy verbatim, BackupPace pace) =>
        verbatim.WriteFreeList(new PageSink(_source.PageBytes, null, pace, verbatim.End));

    private MetaPage Describe(VerbatimCopy verbatim, in PageReference freeList, PageCounts pages) =>
        Describe(_source.CatalogRoot, verbatim.End + (uint)freeList.Count, pages) with
        {
            Checkpoint = freeList,
            LoggedThrough = _source.Id,
            PendingCrc = PendingFile.SeedCrc(_source.DatabaseId, freeList),
        };

    private MetaPage Describe(in PageReference root, uint pageCount, PageCounts pages) =>
        _source with
        {
            PageCount = pageCount,
            CatalogRoot = root,
            Checkpoint = PageReference.None,
            LoggedThrough = TransactionId.None,
            PendingBytes = 0,
            PendingCrc = PendingFile.SeedCrc(_source.DatabaseId, PageReference.None),
            InlineDeltas = default,
            Pages = pages,
            IsClean = true,
        };

    private void WriteMetas(MetaPage meta, Action<int, byte[]> write)
    {
        byte[] page = new byte[_source.PageBytes];
        for (int slot = 0; slot < MetaPage.SlotCount; slot++)
        {
            meta.Write(page, slot);
            write(slot, page);
        }
    }

    private static BackupReport Report(MetaPage meta) =>
        new(meta.Id.Value, meta.PageCount, meta.PageBytes);
}
