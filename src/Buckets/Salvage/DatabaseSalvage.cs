using KvCow.Engine.Storage;

namespace KvCow;

/// <content>Salvage of a damaged file.</content>
public sealed partial class Database
{
    /// <summary>
    /// Makes a new database of every record of a damaged one that can still be proven whole, and
    /// reports what is missing by bucket and range of keys. The damaged file is only read.
    /// </summary>
    /// <param name="damagedPath">The damaged file, which nobody may have open for writing.</param>
    /// <param name="targetPath">The database to be made; there must be no file.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">
    /// Stops with an <see cref="OperationCanceledException"/>; the new file is deleted.
    /// </param>
    /// <remarks>
    /// Records are those of the newest commit, or of the one that the report names. Whole leaves
    /// below a damaged page are brought over, too: to their bucket if that is sure, else to a
    /// bucket <c>lost+found</c> with one bucket a page.
    /// </remarks>
    /// <exception cref="UnsupportedFormatException">Not one page is a page of KvCow.</exception>
    /// <exception cref="DatabaseLockedException">The damaged file is in use.</exception>
    /// <exception cref="IOException">The system refused, or the target exists.</exception>
    public static SalvageReport Salvage(string damagedPath, string targetPath,
        IProgress<SalvageProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(damagedPath);
        ArgumentException.ThrowIfNullOrEmpty(targetPath);
        using FileStorage damaged = new(damagedPath);
        bool isMade = false;
        try
        {
            return SalvageRun.Run(damaged, pageBytes =>
            {
                Database target = Open(targetPath, new DatabaseOptions
                {
                    PageBytes = pageBytes,
                    CreateMode = CreateMode.CreateNew,
                });
                isMade = true;
                return target;
            }, progress, ct);
        }
        catch when (isMade)
        {
            using FileStorage half = new(targetPath);
            half.Delete("");
            half.Delete(".pending");
            throw;
        }
    }
}
