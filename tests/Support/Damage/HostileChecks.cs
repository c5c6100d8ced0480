using KvCow.Engine;
using KvCow.Engine.Backups;

namespace KvCow.Tests.Support.Damage;

/// <summary>Operations of all kinds on one damaged file.</summary>
/// <param name="image">The file.</param>
/// <param name="random">Draws what is asked of it.</param>
/// <param name="isThorough">
/// Nothing is left out. Without it most files are spared the costly operations, and some of the
/// others: more files find more.
/// </param>
internal sealed class HostileChecks(FileImage image, Random random, bool isThorough) : IDisposable
{
    /// <summary>What one operation may allocate beside a few copies of the file.</summary>
    private const long AllocatedBytesMax = 64L << 20;

    /// <summary>How often an operation may read the whole file.</summary>
    private const int ReadsOfAllMax = 64;

    /// <summary>Buckets looked into: a damaged catalog may lead in circles for ever.</summary>
    private const int BucketsMax = 60;

    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 1 << 20,
        UnflushedTimeMax = Timeout.InfiniteTimeSpan,
        LockTimeout = TimeSpan.Zero,
        CreateMode = CreateMode.OpenExisting,
    };

    private readonly long _bytesAllowed =
        ReadsOfAllMax * (image.Main.Length + (long)(image.Pending?.Length ?? 0)) + (4 << 20);

    private ImageStorage _storage = new(image);
    private string _operation = "";
    private bool _isMisled;

    public HostileFigures Run()
    {
        try
        {
            HostileFigures figures = ReadOnly();
            if (IsChosen(16)) Restore();
            if (IsChosen(4)) Write();
            return figures;
        }
        catch (Exception failure) when (failure is not HostileFileException)
        {
            throw new HostileFileException(_operation, failure);
        }
    }

    public void Dispose() => _storage.Recycle();

    private HostileFigures ReadOnly()
    {
        HostileFigures one = new(1, 0, 0, 0);
        using Database? database = Open(Options with { ReadOnly = true });
        if (database is null) return one with { RefusedAtOpen = 1 };

        Try("read", () => ReadAll(database));
        bool isSound = false;
        Try("verify", () => isSound = database.Verify().IsSound);
        if (isSound && _isMisled)
            throw new ContractException("verify does not see why a listed bucket is not found");
        if (IsChosen(3)) Try("inspect", () => database.Inspect());
        if (IsChosen(3)) InspectPages(database);
        foreach (BackupMode mode in Enum.GetValues<BackupMode>())
        {
            if (!IsChosen(8)) continue;
            Try($"backup {mode}", () => database.BackupTo(
                Stream.Null, new BackupOptions { Mode = mode }));
        }

        if (IsChosen(3))
            Try("export", () => database.ExportTo(new BoundedStream(_bytesAllowed)));
        _operation = "close";
        database.Dispose();
        if (_storage.Writes > 0) throw new ContractException("a reader wrote to the file");
        return isSound ? one with { Passed = 1 } : one with { FoundByVerify = 1 };
    }

    private bool IsChosen(int oneOf) => isThorough || random.Next(oneOf) == 0;

    private void InspectPages(Database database)
    {
        int pages = image.Main.Length / database.PageBytes;
        for (int i = 0; i < 8; i++)
        {
            int page = i < 2 ? i : random.Next(pages);
            Try($"page {page}", () => database.InspectPage(page));
        }
    }

    private void ReadAll(Database database)
    {
        using ReadTransaction tx = database.BeginRead();
        Stack<Func<Bucket>> open = new();
        Try("list", () =>
        {
            foreach (byte[] name in tx.ListBuckets()) open.Push(() => tx.OpenBucket(name));
        });
        BucketReads reads = new(random, image.Main.Length);
        for (int left = BucketsMax; left > 0 && open.TryPop(out Func<Bucket>? next); left--)
        {
            if (OpenListed(next) is not { } bucket) continue;
            foreach ((string name, Action<Bucket> read) in reads.All)
            {
                if (name == "scan" || IsChosen(2)) Try(name, () => read(bucket));
            }

            Try("list", () =>
            {
                foreach (byte[] name in bucket.ListBuckets())
                    open.Push(() => bucket.OpenBucket(name));
            });
        }
    }

    private Bucket? OpenListed(Func<Bucket> open)
    {
        Bucket? bucket = null;
        Try("open bucket", () =>
        {
            try
            {
                bucket = open();
            }
            catch (BucketNotFoundException)
            {
                // A separator that misleads: a scan meets what a search does not find.
                _isMisled = true;
            }
        });
        return bucket;
    }

    private void Restore()
    {
        BeginAnew();
        ImageStorage target = new();
        Try("restore", () => new Restoring(target, overwrite: false, null, default)
            .RestoreFrom(_storage));
        if (target.Exists(".new")) throw new ContractException("a refused restore left its file");
        target.Recycle();
    }

    private void Write()
    {
        BeginAnew();
        bool isCommitted = false;
        using (Database? database = Open(Options))
        {
            if (database is null) return;
            foreach ((string name, Action<WriteTransaction> change) in BucketWrites.All(random))
                Try(name, () => database.Write(change));
            Try("compact", () => database.Compact(1 << 20));
            isCommitted = Try("put", () => database.Write(tx =>
                tx.OpenOrCreateBucket("new bucket").Put("k"u8, "v"u8)));
            Try("verify", () => database.Verify());
            _operation = "close";
            database.Dispose();
        }

        using Database? again = Open(Options);
        if (again is null || !isCommitted) return;
        Try("read back", () =>
        {
            byte[]? value = again.Read(tx => tx.OpenBucket("new bucket").Get("k"u8));
            if (value is null || !value.AsSpan().SequenceEqual("v"u8))
                throw new ContractException("an acknowledged commit is gone");
        });
    }

    private void BeginAnew()
    {
        _storage.Recycle();
        _storage = new ImageStorage(image);
    }

    private Database? Open(StoreOptions options)
    {
        Database? database = null;
        Try("open", () => database = Database.Open(_storage, options));
        return database;
    }

    /// <summary>False if the operation was refused as documented.</summary>
    private bool Try(string operation, Action action)
    {
        _operation = operation;
        _storage.Allow(_bytesAllowed);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isDone = false;
        try
        {
            action();
            isDone = true;
        }
        catch (Exception refusal) when (IsDocumented(refusal))
        {
            // The right answer to a file that is wrong.
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _storage.Allow(long.MaxValue);
        if (allocated > AllocatedBytesMax)
            throw new ContractException($"{operation} allocated {allocated} bytes");
        return isDone;
    }

    private static bool IsDocumented(Exception failure) => failure is CorruptPageException
        or ReadOnlyDatabaseException
        or UnsupportedFormatException or DatabaseFullException or RollbackOnlyException;
}
