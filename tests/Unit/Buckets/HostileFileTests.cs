using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Tests.Support.Damage;
using KvCow.Tests.Support.Telemetry;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Single files made to mislead, as each once did. Their checksums are right.</summary>
public sealed class HostileFileTests
{
    private static readonly SampleContent Sample = SampleContent.All[0];

    private readonly FileMap _map = FileMap.Of(Sample.Image);
    private readonly FileImage _image = Sample.Image.Copy();
    private readonly PageSealing _sealing;

    public HostileFileTests() => _sealing = new PageSealing(_map, _image);

    [Fact]
    public void A_scan_over_a_leaf_that_is_named_many_times_ends()
    {
        uint branch = _map.PagesOf(PageKind.Branch)
            .First(page => PageHeader.Level(_sealing.PageAt(page)) == 1);
        PageLink[] children = [.. _map.Links.Where(link => link.Parent == branch)];
        foreach (PageLink child in children) child.CopyFrom(_image.Main, children[0]);
        _sealing.SealWithCounts(branch);
        using Database database = Open();
        using ReadTransaction tx = database.BeginRead();
        int refusals = 0;
        foreach (string name in tx.ListBucketNames())
        {
            refusals += IsRefused(() => Count(tx.OpenBucket(name).From(default)));
            refusals += IsRefused(() => Count(tx.OpenBucket(name).Reverse()));
        }

        Assert.Equal(2, refusals);
    }

    [Fact]
    public void Copies_of_buckets_nested_twice_over_and_over_end()
    {
        new TreeBombs(_map, _image, _sealing, new Random(1)).NestBuckets(isTwice: true);
        using Database database = Open();
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.ExportTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.BackupTo(
            Stream.Null, new BackupOptions { Mode = BackupMode.Verbatim }));
        Assert.Throws<CorruptPageException>(() => database.Compact());
    }

    [Fact]
    public void A_catalog_that_is_a_tree_of_values_takes_no_bucket()
    {
        PageLink values = _map.Links.First(link => link.Birth == link.Id + 8
            && link.Parent >= MetaPage.SlotCount
            && PageHeader.Kind(_sealing.PageAt(link.ChildId(_image.Main))) == PageKind.Leaf
            && new LeafPage(_sealing.PageAt(link.ChildId(_image.Main))).KindAt(0)
                == CellKind.Inline);
        PageLink catalog = _map.Links.First(static link => link.Parent < MetaPage.SlotCount);
        catalog.CopyFrom(_image.Main, values);
        _sealing.Seal(catalog.Parent);
        _sealing.CopyMeta(0);
        using Database database = Open();
        Assert.Throws<CorruptPageException>(() => database.Write(tx => tx.CreateBucket("new")));
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.ExportTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.Compact());
    }

    [Fact]
    public void A_page_younger_than_the_newest_commit_is_not_given_up()
    {
        PageLink root = _map.Links.First(link => link.Parent >= MetaPage.SlotCount
            && PageHeader.Kind(_sealing.PageAt(link.ChildId(_image.Main))) == PageKind.Leaf);
        uint leaf = root.ChildId(_image.Main);
        WriteUInt64LittleEndian(_sealing.PageAt(leaf)[PageHeader.BirthOffset..], 1UL << 40);
        _sealing.Seal(leaf);
        _sealing.CopyMeta(0);
        using Database database = Open();
        foreach (string name in database.Read(tx => tx.ListBucketNames()))
        {
            try
            {
                database.Write(tx => tx.DeleteBucket(name));
            }
            catch (CorruptPageException damage)
            {
                Assert.Equal(leaf, damage.PageId);
                return;
            }
        }

        Assert.Fail("nobody minded");
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Near_the_last_transaction_id_nothing_acknowledged_is_lost(ulong left)
    {
        Span<byte> meta = _sealing.PageAt((uint)_map.Meta.Slot);
        WriteUInt64LittleEndian(meta[PageHeader.BirthOffset..], ulong.MaxValue - left);
        WriteUInt64LittleEndian(meta[176..], ulong.MaxValue - left - 1);
        PageChecksum.Seal(meta);
        _sealing.CopyMeta(0);
        ImageStorage storage = new(_image);
        int written = 0;
        for (int round = 0; round < 4; round++)
        {
            using Database database = Open(storage);
            try
            {
                database.Write(tx => tx.OpenBucket("small").Put([(byte)round], "v"u8));
                written++;
            }
            catch (DatabaseFullException)
            {
                // No number is left.
            }

            Assert.Equal(6 + written, database.Read(tx => tx.OpenBucket("small").Count));
        }

        Assert.InRange(written, 0, 3);
    }

    [Fact]
    public void Buckets_nested_deeper_than_the_stack_are_walked()
    {
        const int Depth = 5_000;
        byte[] longer = new byte[_image.Main.Length + (Depth * _map.PageBytes)];
        _image.Main.CopyTo(longer, 0);
        FileImage image = new(longer, null);
        PageSealing sealing = new(_map, image);
        uint pageCount = (uint)(longer.Length / _map.PageBytes);
        PageReference below = PageReference.None;
        byte[] record = new byte[BucketRecord.Size];
        for (uint place = _map.Meta.PageCount; place < pageCount; place++)
        {
            Span<byte> page = sealing.PageAt(place);
            LeafPageWriter.Initialize(page, new PageId(place), new TransactionId(1));
            new BucketRecord(PageReference.None, below, 0).Write(record);
            new LeafPageWriter(page).TryInsert(0, "n"u8, CellKind.Bucket, record);
            LeafSeal.Seal(page.ToArray(), page);
            below = new PageReference(
                new PageId(place), PageChecksum.Seal(page), new TransactionId(1), 1);
        }

        Span<byte> meta = sealing.PageAt((uint)_map.Meta.Slot);
        below.Write(meta[80..]);
        WriteUInt32LittleEndian(meta[72..], pageCount);
        PageChecksum.Seal(meta);
        sealing.CopyMeta(0);
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using Database database = Open(new ImageStorage(image), isReadOnly: true);
                Assert.NotEmpty(database.Verify().Findings);
                Assert.Equal(Depth, database.Inspect().Trees.Count);
                database.BackupTo(Stream.Null);
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        }, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void A_long_value_that_claims_too_many_pages_is_not_given_up()
    {
        PageLink extent = _map.Links.First(static link => link.ExtentPages > 0);
        WriteUInt32LittleEndian(_image.Main.AsSpan(extent.Id + 4), 0x0FFF_0000);
        _sealing.Seal(extent.Parent);
        _sealing.CopyMeta(0);
        using Database database = Open();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CorruptPageException>(
            () => database.Write(tx => tx.OpenBucket("large").Clear()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_free_list_that_names_its_own_page_is_not_believed()
    {
        uint own = _map.Meta.Checkpoint.Id.Index;
        Span<byte> page = _sealing.PageAt(own);
        WriteUInt32LittleEndian(page[24..], 1);
        WriteUInt32LittleEndian(page[PageHeader.Size..], own);
        WriteUInt32LittleEndian(page[(PageHeader.Size + 4)..], 1);
        _sealing.Seal(own);
        _sealing.SealLog();
        _sealing.CopyMeta(0);
        using Database database = Open();
        Assert.True(database.Verify().IsSound);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void After_a_clean_close_either_meta_page_may_be_damaged(int slot)
    {
        byte[] page = _image.Main[(slot * _map.PageBytes)..((slot + 1) * _map.PageBytes)];
        _image.Main[(slot * _map.PageBytes) + 90] ^= 1;
        using (Database reader = Open(isReadOnly: true))
        {
            Assert.Equal(6, reader.Read(tx => tx.OpenBucket("small").Count));
            VerifyFinding finding = Assert.Single(reader.Verify().Findings);
            Assert.Equal(slot, finding.PageId);
        }

        // Opened for writing, the file gets it back, and the log says so.
        using LogLines log = new();
        using ImageStorage storage = new(_image);
        using Database database = Open(storage, log: log);
        Assert.Contains(log.All, static line => line.Event == 13);
        byte[] main = storage.Take().Main;
        Assert.Equal(page, main[(slot * _map.PageBytes)..((slot + 1) * _map.PageBytes)]);
        Assert.True(database.Verify().IsSound);
        database.Write(tx => tx.OpenBucket("small").Put("a"u8, "b"u8));
        Assert.Equal(7, database.Read(tx => tx.OpenBucket("small").Count));
    }

    [Fact]
    public void An_acknowledged_commit_whose_meta_page_is_an_old_one_again_is_missed()
    {
        // Each commit with a meta page of its own.
        SampleContent stopped = SampleContent.Build(
            "stopped", 4096, 300, isClean: false, int.MaxValue, hasRedo: false);
        FileMap map = FileMap.Of(stopped.Image);
        FileImage image = stopped.Image.Copy();
        // The last write to the slot before this one, as if the device had lost it.
        byte[] older = stopped.History[^3];
        older.AsSpan(map.Meta.Slot * map.PageBytes, map.PageBytes)
            .CopyTo(image.Main.AsSpan(map.Meta.Slot * map.PageBytes));
        CorruptPageException damage = Assert.Throws<CorruptPageException>(
            () => Open(new ImageStorage(image)));
        Assert.Contains("is gone", damage.Message, StringComparison.Ordinal);
        using Database back = Open(new ImageStorage(image), isBack: true);
        Assert.Equal("try"u8.ToArray(), back.Read(tx => tx.OpenBucket("small").Get("last"u8)));
        Assert.True(back.Verify().IsSound);
    }

    private Database Open(bool isReadOnly = false) =>
        Open(new ImageStorage(_image), isReadOnly);

    private static Database Open(
        ImageStorage storage, bool isReadOnly = false, bool isBack = false,
        LogLines? log = null) =>
        Database.Open(storage, new StoreOptions
        {
            CacheBytes = 1 << 20,
            CreateMode = CreateMode.OpenExisting,
            ReadOnly = isReadOnly,
            RollbackToLastGood = isBack,
            LoggerFactory = log,
        });

    private static int Count(EntryRange entries)
    {
        int count = 0;
        foreach (EntryView entry in entries) count += entry.Key.Length >= 0 ? 1 : 0;
        return count;
    }

    private static int IsRefused(Func<int> scan)
    {
        try
        {
            Assert.InRange(scan(), 0, 100_000);
            return 0;
        }
        catch (CorruptPageException)
        {
            return 1;
        }
    }
}
