using KvCow.Engine;
using KvCow.Engine.Pages;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Knows of a sound file which pages each bucket is read from. A file with some pages damaged must
/// give every bucket whose pages are whole, and no other data than was written.
/// </summary>
internal sealed class DamageOracle
{
    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 256 << 10,
        ReadOnly = true,
        CreateMode = CreateMode.OpenExisting,
        LockTimeout = TimeSpan.Zero,
        UnflushedTimeMax = Timeout.InfiniteTimeSpan,
    };

    private readonly SampleContent _sample;
    private readonly HashSet<long> _pagesOfOpening = [];
    private readonly Dictionary<string, HashSet<long>> _pagesOf = [];
    private readonly HashSet<long> _verified;
    private readonly int _pageBytes;

    public DamageOracle(SampleContent sample)
    {
        _sample = sample;
        FileMap map = FileMap.Of(sample.Image);
        _pageBytes = map.PageBytes;
        // A damaged page of the free list is noticed by opening, and then not used.
        _verified = [0, 1, .. map.Pages.Except(
            map.Kinds.Contains(PageKind.FreeList)
                ? map.PagesOf(PageKind.FreeList) : []).Select(static id => (long)id)];
        foreach (string path in sample.Buckets.Keys)
        {
            using ImageStorage storage = new(sample.Image);
            storage.ReadObserver = (offset, bytes) => Note(_pagesOfOpening, offset, bytes);
            using Database database = Database.Open(storage, Options);
            HashSet<long> pages = _pagesOf[path] = [];
            storage.ReadObserver = (offset, bytes) => Note(pages, offset, bytes);
            ReadBucket(database, path);
        }
    }

    /// <summary>True if anybody noticed; throws if the answer is not right.</summary>
    /// <param name="image">The damaged file.</param>
    /// <param name="damaged">Pages that differ from the sound one's.</param>
    /// <param name="verify">Whether to run a verify, too.</param>
    public bool Check(FileImage image, HashSet<long> damaged, bool verify)
    {
        using ImageStorage storage = new(image);
        Database database;
        try
        {
            database = Database.Open(storage, Options);
        }
        catch (CorruptPageException refusal)
        {
            if (!damaged.Overlaps(_pagesOfOpening))
                throw new ContractException("opening failed, though it needs no damaged page");
            CheckPage(refusal, damaged);
            return true;
        }

        using (database)
        {
            bool isNoticed = false;
            foreach (string path in _sample.Buckets.Keys)
                isNoticed |= IsRefused(database, path, damaged);
            if (!verify || !damaged.Overlaps(_verified)) return isNoticed;
            // After a crash a reader takes a damaged meta page for a torn one; and that of the
            // commit before is where it should be.
            bool isMetaOnly = damaged.Where(_verified.Contains).All(static page => page < 2);
            bool mayBeRight = isMetaOnly && (image.Pending is not null || AreIntact(image));
            if (database.Verify().IsSound && !mayBeRight)
                throw new ContractException("verify finds nothing");
            return true;
        }
    }

    /// <summary>All damage is in the file beside: everything must be there.</summary>
    public bool Check(FileImage image) => Check(image, [], verify: false);

    private bool IsRefused(Database database, string path, HashSet<long> damaged)
    {
        try
        {
            ReadBucket(database, path);
        }
        catch (CorruptPageException refusal)
        {
            if (!damaged.Overlaps(_pagesOf[path]))
                throw new ContractException($"bucket {path} cannot be read, though it is whole");
            CheckPage(refusal, damaged);
            bool isNamed = refusal.Bucket is null
                || path == refusal.Bucket
                || path.StartsWith(refusal.Bucket + "/", StringComparison.Ordinal);
            if (!isNamed) throw new ContractException($"{path}: named bucket {refusal.Bucket}");
            return true;
        }

        if (damaged.Overlaps(_pagesOf[path]))
            throw new ContractException($"bucket {path} was read from a damaged page");
        return false;
    }

    private bool AreIntact(FileImage image) => Enumerable.Range(0, 2).All(slot =>
        MetaPage.TryRead(image.Main.AsSpan(slot * _pageBytes, _pageBytes), slot, out _)
            is not null);

    private static void CheckPage(CorruptPageException refusal, HashSet<long> damaged)
    {
        if (!damaged.Contains(refusal.PageId))
            throw new ContractException($"page {refusal.PageId} is blamed: {refusal.Problem}");
    }

    /// <summary>Compares as it reads, so that what comes before damage is right, too.</summary>
    private void ReadBucket(Database database, string path)
    {
        using ReadTransaction tx = database.BeginRead();
        Bucket? bucket = null;
        foreach (string name in path.Split('/'))
            bucket = bucket is null ? tx.OpenBucket(name) : bucket.OpenBucket(name);
        SortedDictionary<byte[], byte[]> model = _sample.Buckets[path];
        using SortedDictionary<byte[], byte[]>.Enumerator expected = model.GetEnumerator();
        foreach (EntryView entry in bucket!)
        {
            bool isRight = expected.MoveNext()
                && entry.Key.SequenceEqual(expected.Current.Key)
                && entry.Value.SequenceEqual(expected.Current.Value);
            if (!isRight) throw new ContractException($"wrong data in bucket {path}");
        }

        if (expected.MoveNext()) throw new ContractException($"bucket {path} ends early");
        byte[] last = model.Keys.Last();
        if (bucket.Get(last)?.AsSpan().SequenceEqual(model[last]) != true)
            throw new ContractException($"a get in bucket {path} is wrong");
    }

    private void Note(HashSet<long> pages, long offset, int bytes)
    {
        for (long at = offset; at < offset + bytes; at += _pageBytes) pages.Add(at / _pageBytes);
    }
}
