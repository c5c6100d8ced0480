using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <summary>Gets at the main file: creates it if asked, and takes its lock.</summary>
internal static class StoreOpening
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(10);

    /// <exception cref="FileNotFoundException">
    /// There is no file, and none may be created.
    /// </exception>
    /// <exception cref="IOException">There is a file, and a new one was asked for.</exception>
    /// <exception cref="DatabaseLockedException">
    /// Somebody kept the file beyond the timeout.
    /// </exception>
    public static IStorageFile OpenLocked(IStorage storage, StoreOptions options)
    {
        long start = options.TimeProvider.GetTimestamp();
        bool wasCreated = false;
        while (true)
        {
            // Asked for each time: others may create, remove or replace the file meanwhile.
            bool exists = storage.Exists("");
            int? owner = null;
            if (!exists && MayCreate(options))
            {
                wasCreated = StoreCreation.TryCreate(storage, options.PageBytes, out owner);
                exists = wasCreated || storage.Exists("");
            }

            if (!wasCreated) Check(storage, options, exists);
            if (exists && TryOpen(storage, options) is { } main)
            {
                if (TryLock(main, options, out owner))
                {
                    if (!wasCreated && !options.ReadOnly) MakeNameDurable(storage, main);
                    return main;
                }

                main.Dispose();
            }

            if (options.LockTimeout != Timeout.InfiniteTimeSpan
                && options.TimeProvider.GetElapsedTime(start) >= options.LockTimeout)
            {
                throw new DatabaseLockedException(storage.Path, owner);
            }

            Thread.Sleep(RetryDelay);
        }
    }

    private static bool MayCreate(StoreOptions options) =>
        options.CreateMode != CreateMode.OpenExisting && !options.ReadOnly;

    private static void Check(IStorage storage, StoreOptions options, bool exists)
    {
        if (exists && options.CreateMode == CreateMode.CreateNew)
            throw new IOException($"'{storage.Path}' exists already.");
        if (exists || MayCreate(options)) return;
        throw new FileNotFoundException($"There is no database '{storage.Path}'.", storage.Path);
    }

    /// <summary>Null if the file has gone again.</summary>
    private static IStorageFile? TryOpen(IStorage storage, StoreOptions options)
    {
        try
        {
            return storage.Open("", options.ReadOnly
                ? StorageOpening.ReadExisting
                : StorageOpening.WriteExisting);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whoever made the file, or put it here, may have died or failed between the rename and the
    /// flush of the directory. Commits must not be acknowledged in a file that can lose its name.
    /// </summary>
    private static void MakeNameDurable(IStorage storage, IStorageFile main)
    {
        try
        {
            if (!PlantedBugs.SkipNameFlush) storage.FlushDirectory();
        }
        catch
        {
            main.Dispose();
            throw;
        }
    }

    private static bool TryLock(IStorageFile main, StoreOptions options, out int? owner)
    {
        owner = null;
        try
        {
            // Somebody may have put another file in its place between opening and locking.
            if (main.TryLock(exclusive: !options.ReadOnly)) return main.IsStillLinked();
            owner = main.FindLockOwner();
            return false;
        }
        catch
        {
            main.Dispose();
            throw;
        }
    }
}
