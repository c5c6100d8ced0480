using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>
/// A file under way to its name: written beside it, made durable, then renamed. Under its name
/// there is at every moment nothing, the old file, or the whole new one. Disposed before it was
/// placed, it is removed.
/// </summary>
/// <remarks>
/// The name and the lock of the file under way are those that making a new database uses, so that a
/// backup, a restore and a creation of one name keep out of each other's way.
/// </remarks>
internal sealed class IncomingFile : IDisposable
{
    private readonly IStorage _target;
    private readonly bool _overwrite;
    private readonly IStorageFile? _old;
    private bool _isPlaced;

    private IncomingFile(
        IStorage target, bool overwrite, IStorageFile? old, IStorageFile incoming)
    {
        _target = target;
        _overwrite = overwrite;
        _old = old;
        File = incoming;
    }

    public IStorageFile File { get; }

    /// <exception cref="IOException">
    /// There is a file of the name, and it may not be replaced; or somebody else is making one.
    /// </exception>
    /// <exception cref="DatabaseLockedException">Somebody has the old file open.</exception>
    public static IncomingFile Begin(IStorage target, bool overwrite)
    {
        IStorageFile? old = target.Exists("") ? LockOld(target, overwrite) : null;
        IStorageFile? incoming = null;
        try
        {
            incoming = target.Open(StoreCreation.Suffix, StorageOpening.WriteOrCreate);
            if (!incoming.TryLock(exclusive: true) || !incoming.IsStillLinked())
            {
                throw new IOException($"Somebody else is making '{target.Path}' at this moment "
                    + $"(its part is '{target.Path}{StoreCreation.Suffix}').");
            }

            incoming.Truncate(0);
            return new IncomingFile(target, overwrite, old, incoming);
        }
        catch
        {
            incoming?.Dispose();
            old?.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file durable and gives it its name, durably.</summary>
    public void Place()
    {
        if (!PlantedBugs.SkipBackupFlush) File.Flush();
        if (!_overwrite && _target.Exists("")) throw Exists(_target);
        _target.Rename(StoreCreation.Suffix, "");
        _isPlaced = true;
        _target.FlushDirectory();
        if (!_target.Exists(PendingFile.Suffix)) return;

        // The log of the old file. Only now: with the old file, had it stayed, it would have been
        // needed; beside the new one it is not believed.
        _target.Delete(PendingFile.Suffix);
        _target.FlushDirectory();
    }

    public void Dispose()
    {
        try
        {
            if (!_isPlaced) _target.Delete(StoreCreation.Suffix);
        }
        catch (IOException)
        {
            // What is left is made empty by whoever comes next; the failure on its way matters.
        }

        File.Dispose();
        _old?.Dispose();
    }

    private static IStorageFile LockOld(IStorage target, bool overwrite)
    {
        if (!overwrite) throw Exists(target);
        IStorageFile old = target.Open("", StorageOpening.WriteExisting);
        try
        {
            if (!old.TryLock(exclusive: true))
                throw new DatabaseLockedException(target.Path, old.FindLockOwner());
            return old;
        }
        catch
        {
            old.Dispose();
            throw;
        }
    }

    private static IOException Exists(IStorage target) => new(
        $"'{target.Path}' exists already. Choose another name, or allow it to be overwritten.");
}
