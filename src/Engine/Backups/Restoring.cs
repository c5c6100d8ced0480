using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>
/// Brings a backup back: copies it beside the target, checks every page of the copy as a verify
/// does, and only then gives it its name.
/// </summary>
internal sealed class Restoring(
    IStorage target, bool overwrite, IProgress<BackupProgress>? progress, CancellationToken ct)
{
    private const int PieceBytes = 256 << 10;

    /// <summary>From a file that is closed: a backup, or a database closed cleanly.</summary>
    public BackupReport RestoreFrom(IStorage backup)
    {
        using IStorageFile source = backup.Open("", StorageOpening.ReadExisting);
        if (!source.TryLock(exclusive: false))
            throw new DatabaseLockedException(backup.Path, source.FindLockOwner());
        MetaPages.Read(source, backup.Path); // Before anything is written.
        return Restore(backup.Path, source.Length,
            (offset, piece) => source.Read(offset, piece.Span));
    }

    public BackupReport RestoreFrom(Stream backup) => Restore(target.Path, null,
        (_, piece) => backup.ReadAtLeast(piece.Span, piece.Length, throwOnEndOfStream: false));

    private BackupReport Restore(
        string sourcePath, long? length, Func<long, Memory<byte>, int> read)
    {
        ct.ThrowIfCancellationRequested();
        using IncomingFile incoming = IncomingFile.Begin(target, overwrite);
        long bytes = Copy(incoming.File, length, read);
        MetaPage meta = ReadMeta(incoming.File, sourcePath, bytes);
        if (!PlantedBugs.SkipRestoreCheck) Check(incoming.File, meta);
        incoming.File.Truncate(meta.FileBytes);
        ct.ThrowIfCancellationRequested();
        incoming.Place();
        return new BackupReport(meta.Id.Value, meta.PageCount, meta.PageBytes);
    }

    private long Copy(IStorageFile incoming, long? length, Func<long, Memory<byte>, int> read)
    {
        byte[] piece = new byte[Math.Clamp(length ?? PieceBytes, 1, PieceBytes)];
        long offset = 0;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            int got = read(offset, piece);
            if (got == 0) return offset;
            incoming.Write(offset, piece.AsSpan(0, got));
            offset += got;
            if (length is long total) ReportBytes(offset, total);
        }
    }

    /// <summary>In the pages of the smallest size: the true one is not known yet.</summary>
    private void ReportBytes(long done, long total) => progress?.Report(new BackupProgress(
        done / PageLimits.PageBytesMin, 2 * total / PageLimits.PageBytesMin));

    private static MetaPage ReadMeta(IStorageFile incoming, string sourcePath, long bytes)
    {
        List<MetaPage> metas = MetaPages.Read(incoming, sourcePath);
        MetaPage meta = metas[0];
        if (metas.Count < MetaPage.SlotCount)
            throw new CorruptPageException(meta.OtherSlot, "the meta page is not intact");
        if (!meta.IsClean)
        {
            throw new UnsupportedFormatException(sourcePath,
                "it is no backup but a database that was not closed cleanly; open and close it "
                + "first, or make a backup of it");
        }

        if (bytes < meta.FileBytes)
        {
            throw new CorruptPageException(bytes / meta.PageBytes,
                $"the backup ends here, after {bytes} of {meta.FileBytes} bytes");
        }

        return meta;
    }

    private void Check(IStorageFile incoming, MetaPage meta)
    {
        PageFile file = new(target, incoming, meta.PageBytes);
        FreeMap free = FreeListLoader.TryLoad(file, meta)
            ?? throw new CorruptPageException(
                meta.Checkpoint.Id.Index, "the free list of the backup is damaged");
        List<PageRun> checkpoint = [];
        FreeListCheckpoint.TryRead(
            file, meta, (id, _) => checkpoint.Add(new PageRun(id.Index, 1)));
        VerifyReport report = new StoreVerifier(file, meta, free, new PageShare(progress), ct)
            .Verify(checkpoint);
        if (report.IsSound) return;
        VerifyFinding first = report.Findings[0];
        CorruptPageException failure = new(first.PageId, first.Problem);
        throw first.Bucket is null ? failure : new CorruptPageException(failure, first.Bucket);
    }

    /// <summary>The check as the second half of the work.</summary>
    private sealed class PageShare(IProgress<BackupProgress>? progress) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value) => progress?.Report(new BackupProgress(
            value.PagesTotal + value.PagesDone, 2 * value.PagesTotal));
    }
}
