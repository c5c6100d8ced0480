using System.Text;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// Fills a database with all that a damaged file still proves: first what is reached from its
/// newest commit, then whole leaves whose way from the top is broken, then what the redo log tells.
/// </summary>
/// <remarks>
/// Every page belongs to a tree, or is free, or is a page of the free list. So while the free list
/// can be read, a whole leaf that was not reached is one of those below a broken page, and current.
/// Without it, it may as well be one that was given up; what is found then is set apart.
/// </remarks>
internal sealed class SalvageRun
{
    private readonly DamagedFile _damaged;
    private readonly SalvageTarget _target;
    private readonly SalvagePace _pace;
    private readonly SalvageWalk _walk;
    private readonly SalvageLosses _losses = new();
    private readonly HashSet<uint> _freeListPages = [];

    // Brought over last: in their bucket nothing is done again.
    private readonly List<LoosePage> _strays = [];
    private byte[]? _foundName;
    private long _loose;

    private SalvageRun(DamagedFile damaged, SalvageTarget target,
        IProgress<SalvageProgress>? progress, CancellationToken ct)
    {
        _damaged = damaged;
        _target = target;
        _pace = new SalvagePace(damaged.Meta.PageCount, progress, ct);
        _walk = new SalvageWalk(damaged.File, damaged.Meta, target, _pace);
    }

    /// <param name="damaged">Only read.</param>
    /// <param name="open">Makes the new database, given the size of its pages.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    public static SalvageReport Run(IStorage damaged, Func<int, Database> open,
        IProgress<SalvageProgress>? progress, CancellationToken ct)
    {
        using IStorageFile main = damaged.Open("", StorageOpening.ReadExisting);
        if (!main.TryLock(exclusive: false))
            throw new DatabaseLockedException(damaged.Path, main.FindLockOwner());
        DamagedFile file = DamagedFile.Read(damaged, main);
        using Database database = open(file.File.PageBytes);
        using SalvageTarget target = new(database);
        return new SalvageRun(file, target, progress, ct).Run();
    }

    private SalvageReport Run()
    {
        _walk.RunFromTop();
        bool isBroken = _walk.Ranges.Count > 0 || !_damaged.IsMetaFound;
        if (isBroken) BringOverLoose();
        NoteLosses(0, 0);
        TransactionId last = SalvageRedo.Run(_damaged, _target, _losses, _pace);
        if (_damaged.RedoLoss is { } lost) _losses.Add(null, lost);
        bool isRedone = last > _damaged.Meta.Id;
        (long buckets, long entries) =
            isRedone ? _target.Count() : (_walk.Buckets, _pace.Entries);
        long before = _pace.Entries;
        long bucketsBefore = _walk.Buckets;
        (int ranges, int values) = (_walk.Ranges.Count, _walk.Values.Count);
        foreach (LoosePage root in _strays) SetApart(root);
        NoteLosses(ranges, values);
        _target.Finish();
        _pace.Report();
        return new SalvageReport
        {
            CommitId = _damaged.IsMetaFound ? last.Value : 0,
            IsOlderCommit = _damaged.IsOlderCommit || last < _damaged.Redo.Last,
            Buckets = buckets + _walk.Buckets - bucketsBefore,
            Entries = entries,
            LooseEntries = _loose,
            FoundEntries = _pace.Entries - before,
            FoundBucket = _foundName is null ? null : Encoding.UTF8.GetString(_foundName),
            FoundMayBeStale = _foundName is not null && (_damaged.Free is null || isRedone),
            Losses = [.. _losses.All],
        };
    }

    private void BringOverLoose()
    {
        if (_damaged.Free is not null)
        {
            FreeListCheckpoint.TryRead(
                _damaged.File, _damaged.Meta, (id, _) => _freeListPages.Add(id.Index));
        }

        foreach (LoosePage root in new LoosePages(_damaged, IsLoose, _pace).FindRoots())
            BringOver(root);
    }

    private void NoteLosses(int range, int value)
    {
        foreach (LostRange broken in _walk.Ranges.Skip(range))
        {
            if (!broken.IsWhole) _losses.Add(broken.Bucket, broken.ToLoss());
        }

        foreach ((BucketPlace place, SalvageLoss loss) in _walk.Values.Skip(value))
            _losses.Add(place, loss);
    }

    private bool IsLoose(uint id) => !_walk.IsReached(id)
        && _damaged.Free?.IsFree(id) != true
        && !_freeListPages.Contains(id);

    private void BringOver(LoosePage root)
    {
        if (FindRange(root) is not { } range)
        {
            _strays.Add(root);
            return;
        }

        long before = _pace.Entries;
        range.Find(root);
        _walk.BringOver(root, range.Bucket!, isCatalog: false); // The top has no entries.
        _loose += _pace.Entries - before;
    }

    private void SetApart(LoosePage root)
    {
        byte[] name = Encoding.UTF8.GetBytes($"page {root.Reference.Id.Index}");
        BucketPlace place = new(name, new BucketPlace(FoundName(), null));
        _target.Create(place, 0);
        _walk.BringOver(root, place, root.IsCatalog);
    }

    /// <summary>The one broken subtree where it can have been; null if that is not sure.</summary>
    private LostRange? FindRange(LoosePage root)
    {
        // It may be an old one; or of a bucket whose very name is lost. Nor can names be told to be
        // those of one catalog: others nested in it are lost with it.
        if (_damaged.Free is null || root.IsCatalog) return null;
        LostRange? only = null;
        foreach (LostRange range in _walk.Ranges)
        {
            if (range.IsCatalog) return null;
            if (!range.CanHold(root)) continue;
            if (only is not null) return null;
            only = range;
        }

        return only;
    }

    /// <summary>A name at the top that no bucket has.</summary>
    private byte[] FoundName()
    {
        for (int number = 1; _foundName is null; number++)
        {
            byte[] name = Encoding.UTF8.GetBytes(
                number == 1 ? "lost+found" : $"lost+found {number}");
            if (!_target.HasTopBucket(name)) _foundName = name;
        }

        return _foundName;
    }
}
