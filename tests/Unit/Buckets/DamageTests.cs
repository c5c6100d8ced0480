using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>What damaged pages and failing devices look like from above.</summary>
public sealed class DamageTests : IDisposable
{
    private const int PageBytes = 4096;

    private readonly TestDatabase _test = TestDatabase.Create(PageBytes);

    public DamageTests()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket hurt = tx.CreateBucket("a").CreateBucket("hurt");
            hurt.Put("k"u8, "to be damaged"u8);
            hurt.Put("large"u8, new byte[9000]);
            tx.CreateBucket("whole").Put("k"u8, "v"u8);
        });
        _test.ExpectDamage();
    }

    public void Dispose() => _test.Dispose();

    [Fact]
    public void A_damaged_page_is_named_with_its_bucket_on_every_way_to_it()
    {
        long page = Damage("to be damaged"u8);
        using ReadTransaction tx = _test.Database.BeginRead();
        Bucket hurt = tx.OpenBucket("a").OpenBucket("hurt");
        Action[] ways =
        [
            () => hurt.Get("k"u8),
            () => hurt.TryGet("k"u8, new byte[100], out _),
            () => hurt.TryGetLength("k"u8, out _),
            () => hurt.GetPinned("k"u8),
            () => hurt.GetStream("k"u8),
            () => hurt.Min(),
            () => hurt.Floor("l"u8),
            () => hurt.ElementAt(0),
            () => hurt.Rank("k"u8),
            () => hurt.Prefix("k"u8).First(),
            () => hurt.GetStatistics(),
        ];
        foreach (Action way in ways)
        {
            CorruptPageException damage = Assert.Throws<CorruptPageException>(way);
            Assert.Equal("a/hurt", damage.Bucket);
            Assert.Equal(page, damage.PageId);
            Assert.Contains("a/hurt", damage.Message, StringComparison.Ordinal);
        }

        Assert.Equal("v"u8.ToArray(), tx.OpenBucket("whole").Get("k"u8));
        Assert.Equal("a/hurt", Assert.Single(_test.Database.Verify().Findings).Bucket);
    }

    [Fact]
    public void Damage_met_by_a_change_leaves_only_the_rollback()
    {
        Damage("to be damaged"u8);
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket hurt = tx.OpenBucket("a").OpenBucket("hurt");
        WritableBucket whole = tx.OpenBucket("whole");
        Assert.Throws<CorruptPageException>(() => hurt.Put("k"u8, "new"u8));
        Assert.Throws<RollbackOnlyException>(() => whole.Put("k"u8, "new"u8));
        Assert.Throws<RollbackOnlyException>(() => whole.Get("k"u8));
        Assert.Throws<RollbackOnlyException>(() => tx.DeleteBucket("whole"));
        Assert.Throws<RollbackOnlyException>(() => tx.Commit());
        Assert.Throws<HandleEndedException>(() => tx.Commit());
        _test.Database.Write(next => next.OpenBucket("whole").Put("k"u8, "new"u8));
    }

    [Fact]
    public void Damage_met_by_a_delete_under_a_cursor_leaves_only_the_rollback()
    {
        _test.Database.Write(static tx =>
        {
            WritableBucket bucket = tx.CreateBucket("two leaves");
            for (byte i = 0; i < 59; i++) bucket.Put([i], new byte[100]);
            bucket.Put([59], "to be met by a merge"u8);
        });
        Damage("to be met by a merge"u8);
        using WriteTransaction tx = _test.Database.BeginWrite();
        using WritableCursor cursor = tx.OpenBucket("two leaves").OpenCursor();
        Assert.True(cursor.MoveToFirst());
        Assert.Throws<CorruptPageException>(() =>
        {
            // The first leaf grows thin and looks for its neighbour.
            for (int i = 0; i < 59; i++)
            {
                cursor.Delete();
                cursor.MoveNext();
            }
        });
        Assert.Throws<RollbackOnlyException>(tx.Commit);
    }

    [Fact]
    public void A_failed_flush_is_reported_and_ends_all_writing()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        tx.OpenBucket("whole").Put("k"u8, "new"u8);
        _test.Disk.Faults.Fail(DiskOperation.Flush, 1);
        Assert.Throws<DatabaseFailedException>(() => tx.Commit());
        Assert.Throws<DatabaseFailedException>(() => _test.Database.BeginWrite());
        Assert.Equal("v"u8.ToArray(),
            _test.Database.Read(read => read.OpenBucket("whole").Get("k"u8)));
        Assert.True(_test.Database.GetStatistics().IsFailed);
    }

    [Fact]
    public void A_file_that_somebody_cuts_while_it_is_open_is_reported_from_meta_to_long_value()
    {
        _test.Disk.Damage.SetLength("", 3 * PageBytes);
        IReadOnlyList<VerifyFinding> cut = _test.Database.Verify().Findings;
        Assert.Contains(cut, static found => found.Problem == "the file ends before it");
        _test.Disk.Damage.SetLength("", 0);
        IReadOnlyList<VerifyFinding> empty = _test.Database.Verify().Findings;
        Assert.Contains(empty, static found => found is { PageId: 0 or 1, Bucket: null }
            && found.Problem.Contains("the file ends before it", StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_failed_flush_nobody_claims_to_know_the_meta_pages()
    {
        _test.Disk.Faults.Fail(DiskOperation.Flush, 1);
        Assert.Throws<DatabaseFailedException>(() =>
            _test.Database.Write(tx => tx.OpenBucket("whole").Put("k"u8, "new"u8)));
        for (int slot = 0; slot < 2; slot++)
            _test.Disk.Damage.Zero("", slot * PageBytes, PageBytes);
        Assert.DoesNotContain(_test.Database.Verify().Findings,
            static found => found.PageId < 2);
    }

    [Fact]
    public void A_full_device_rolls_back_and_smaller_work_goes_on()
    {
        _test.Disk.Faults.Fail(DiskOperation.Grow, 1, DiskFault.Full, lasting: true);
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket whole = tx.OpenBucket("whole");
            Assert.Throws<DatabaseFullException>(() => whole.Put("big"u8, new byte[5_000_000]));
            Assert.Throws<RollbackOnlyException>(() => tx.Commit());
        }

        _test.Database.Write(tx => tx.OpenBucket("whole").Put("k"u8, "new"u8));
        Assert.True(_test.Database.Verify().IsSound);
    }

    /// <summary>Spoils the page that holds the text; returns its place.</summary>
    private long Damage(ReadOnlySpan<byte> text)
    {
        _test.Database.Dispose();
        long id = FindLeaf(text);
        _test.Disk.Damage.FlipBit("", (id * PageBytes + 3000) * 8);
        _test.Reopen();
        return id;
    }

    private long FindLeaf(ReadOnlySpan<byte> text)
    {
        using IStorage storage = _test.Disk.OpenStorage();
        using IStorageFile file = storage.Open("", StorageOpening.ReadExisting);
        byte[] page = new byte[PageBytes];
        long id = 2;
        while (file.Read(id * PageBytes, page) == PageBytes)
        {
            if (PageHeader.Kind(page) == PageKind.Leaf && page.AsSpan().IndexOf(text) >= 0)
            {
                return id;
            }

            id++;
        }

        throw new InvalidOperationException("No leaf holds the text.");
    }
}
