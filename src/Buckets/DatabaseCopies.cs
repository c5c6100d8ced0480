using KvCow.Engine.Backups;
using KvCow.Engine.Storage;

namespace KvCow;

/// <content>Backup, restore, export and import.</content>
public sealed partial class Database
{
    /// <summary>
    /// Writes the newest commit as a database file of its own, while readers and the writer go on.
    /// See <see cref="ReadTransaction.BackupTo(string, BackupOptions?, IProgress{BackupProgress}?,
    /// CancellationToken)"/>.
    /// </summary>
    public BackupReport BackupTo(string path, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        using ReadTransaction tx = BeginRead();
        return tx.BackupTo(path, options, progress, ct);
    }

    /// <summary>
    /// The same to a stream. See <see cref="ReadTransaction.BackupTo(Stream, BackupOptions?,
    /// IProgress{BackupProgress}?, CancellationToken)"/>.
    /// </summary>
    public BackupReport BackupTo(Stream target, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        using ReadTransaction tx = BeginRead();
        return tx.BackupTo(target, options, progress, ct);
    }

    /// <summary>The backup to a file, on a thread of the pool.</summary>
    public Task<BackupReport> BackupToAsync(string path, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => BackupTo(path, options, progress, ct), ct);

    /// <summary>The backup to a stream, on a thread of the pool.</summary>
    public Task<BackupReport> BackupToAsync(Stream target, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => BackupTo(target, options, progress, ct), ct);

    /// <summary>
    /// Writes the newest commit to a new file, as short as it can be: a backup whose pages are
    /// packed, in one go. <see cref="Compact(IProgress{CompactionProgress}?, CancellationToken)"/>
    /// makes this file itself short, and needs no room for a second one.
    /// </summary>
    /// <param name="path">The file to make, which is a database of its own.</param>
    /// <param name="overwrite">Whether a file of that name is replaced.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    public BackupReport CompactTo(string path, bool overwrite = false,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default) =>
        BackupTo(path, new BackupOptions { Overwrite = overwrite }, progress, ct);

    /// <summary>The same, on a thread of the pool.</summary>
    public Task<BackupReport> CompactToAsync(string path, bool overwrite = false,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => CompactTo(path, overwrite, progress, ct), ct);

    /// <summary>
    /// Copies a backup to the place of a database. Every page of the copy is checked, as by a
    /// verify, before it appears under its name, whole and durable.
    /// </summary>
    /// <param name="backup">
    /// A file that <c>BackupTo</c> made, or a database that was closed cleanly.
    /// </param>
    /// <param name="path">The database file to be.</param>
    /// <param name="options">
    /// Null for the defaults; <see cref="BackupOptions.Mode"/> is not used.
    /// </param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CorruptPageException">The backup is damaged or cut short.</exception>
    /// <exception cref="UnsupportedFormatException">It is no backup.</exception>
    /// <exception cref="DatabaseLockedException">
    /// The backup or the file to overwrite is open.
    /// </exception>
    /// <exception cref="IOException">
    /// The system refused, or the file exists and <see cref="BackupOptions.Overwrite"/> is false.
    /// </exception>
    public static BackupReport Restore(string backup, string path, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(backup);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStorage source = new(backup);
        using FileStorage target = new(path);
        return new Restoring(target, options?.Overwrite ?? false, progress, ct)
            .RestoreFrom(source);
    }

    /// <summary>The same from a stream, which is read to its end and not disposed.</summary>
    public static BackupReport Restore(Stream backup, string path, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStorage target = new(path);
        return new Restoring(target, options?.Overwrite ?? false, progress, ct)
            .RestoreFrom(backup);
    }

    /// <summary>The restore of a file, on a thread of the pool.</summary>
    public static Task<BackupReport> RestoreAsync(string backup, string path,
        BackupOptions? options = null, IProgress<BackupProgress>? progress = null,
        CancellationToken ct = default) =>
        Task.Run(() => Restore(backup, path, options, progress, ct), ct);

    /// <summary>The restore from a stream, on a thread of the pool.</summary>
    public static Task<BackupReport> RestoreAsync(Stream backup, string path,
        BackupOptions? options = null, IProgress<BackupProgress>? progress = null,
        CancellationToken ct = default) =>
        Task.Run(() => Restore(backup, path, options, progress, ct), ct);

    /// <summary>The export of the newest commit, on a thread of the pool.</summary>
    public Task<ExportTotals> ExportToAsync(Stream target,
        IProgress<ExportTotals>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => ExportTo(target, progress, ct), ct);

    /// <summary>The import, on a thread of the pool.</summary>
    public Task<ExportTotals> ImportFromAsync(Stream source, ImportOptions? options = null,
        IProgress<ExportTotals>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => ImportFrom(source, options, progress, ct), ct);

    /// <summary>Exports the newest commit; see <see cref="ReadTransaction.ExportTo"/>.</summary>
    public ExportTotals ExportTo(Stream target, IProgress<ExportTotals>? progress = null,
        CancellationToken ct = default)
    {
        using ReadTransaction tx = BeginRead();
        return tx.ExportTo(target, progress, ct);
    }

    /// <summary>
    /// Puts what an export holds into the buckets of this database. An export that can seek is
    /// checked as a whole before anything is changed.
    /// </summary>
    /// <param name="source">Read from its position to its end; not disposed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ExportFormatException">The export is damaged, or is none.</exception>
    /// <exception cref="KeyTooLongException">Pages here are too small for a key.</exception>
    /// <exception cref="BucketExistsException">
    /// <see cref="ImportOptions.RefuseExistingBuckets"/>, and there is one.
    /// </exception>
    public ExportTotals ImportFrom(Stream source, ImportOptions? options = null,
        IProgress<ExportTotals>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ImportTarget.Import(this, source, options ?? new ImportOptions(), progress, ct);
    }
}
