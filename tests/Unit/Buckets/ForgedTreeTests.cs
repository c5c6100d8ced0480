using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Tests.Support.Damage;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>
/// Trees whose pages are sound one by one, with right checksums, and contradict each other. Every
/// way through them ends with the damage named, and none serves it as data.
/// </summary>
public sealed class ForgedTreeTests
{
    private static readonly SampleContent Sample = SampleContent.All[0];

    private readonly FileMap _map = FileMap.Of(Sample.Image);
    private readonly FileImage _image = Sample.Image.Copy();
    private readonly PageSealing _sealing;

    public ForgedTreeTests() => _sealing = new PageSealing(_map, _image);

    [Fact]
    public void Leaves_in_the_wrong_order_are_noticed_on_every_way()
    {
        PageLink[] children = ChildrenOfALowBranch();
        PageLink first = children[0];
        byte[] before = [.. _image.Main];
        children[0].CopyFrom(_image.Main, children[1]);
        Copy(before, first, children[1]);
        _sealing.SealWithCounts(first.Parent);
        using Database database = Open();
        string bucket = FindHurt(database);
        using ReadTransaction tx = database.BeginRead();
        Bucket hurt = Walk(tx, bucket);
        Assert.Throws<CorruptPageException>(() => Count(hurt.From(default)));
        Assert.Throws<CorruptPageException>(() => Count(hurt.Reverse()));
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.ExportTo(Stream.Null));
        Assert.False(database.Verify().IsSound);
    }

    [Fact]
    public void A_leaf_with_fewer_entries_than_its_parents_count_is_noticed()
    {
        PageLink last = ChildrenOfALowBranch()[^1];
        Span<byte> count = _image.Main.AsSpan(last.Count);
        WriteUInt64LittleEndian(count, ReadUInt64LittleEndian(count) + 3);
        // From the branch on, all above counts them too.
        _sealing.SealWithCounts(last.Parent);
        using Database database = Open();
        string bucket = FindHurt(database);
        using ReadTransaction tx = database.BeginRead();
        Bucket hurt = Walk(tx, bucket);
        Assert.Throws<CorruptPageException>(() =>
        {
            for (long i = 0; i < hurt.Count; i++) hurt.ElementAt(i);
        });
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.False(database.Verify().IsSound);
    }

    [Fact]
    public void An_empty_leaf_in_a_tree_is_noticed()
    {
        PageLink first = ChildrenOfALowBranch()[0];
        uint leaf = first.ChildId(_image.Main);
        Span<byte> page = _sealing.PageAt(leaf);
        TransactionId birth = PageHeader.Birth(page);
        page.Clear();
        LeafPageWriter.Initialize(page, new PageId(leaf), birth);
        LeafSeal.Seal(page.ToArray(), page);
        _sealing.Seal(leaf);
        using Database database = Open();
        string bucket = FindHurt(database);
        using ReadTransaction tx = database.BeginRead();
        Bucket hurt = Walk(tx, bucket);
        Assert.Throws<CorruptPageException>(() => Count(hurt.From(default)));
        Assert.Throws<CorruptPageException>(() => Count(hurt.Reverse()));
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.Compact());
    }

    [Fact]
    public void A_catalog_in_the_place_of_entries_is_noticed_on_every_way()
    {
        PageLink catalog = RootOfLeaf(CellKind.Bucket);
        byte[] name = new LeafPage(_sealing.PageAt(catalog.ChildId(_image.Main)))
            .KeyAt(0).ToArray();
        PageLink entries = RootOfLeaf(CellKind.Inline);
        entries.CopyFrom(_image.Main, catalog);
        _sealing.Seal(entries.Parent);
        using Database database = Open();
        using ReadTransaction tx = database.BeginRead();
        Bucket hurt = Walk(tx, FindHurt(database));
        Action[] ways =
        [
            () => hurt.Get(name),
            () => hurt.GetPinned(name),
            () => hurt.GetStream(name),
            () => hurt.TryGetLength(name, out _),
            () => hurt.TryGet(name, new byte[100], out _),
            () => hurt.Min(),
            () => database.BackupTo(Stream.Null),
            () => database.ExportTo(Stream.Null),
        ];
        Assert.All(ways, static way => Assert.Throws<CorruptPageException>(way));
    }

    [Theory]
    [InlineData(4, 1u << 30)]       // Its pages would reach far outside the file.
    [InlineData(8, 0u)]             // It has no bytes.
    [InlineData(12, 1u)]            // More than 4 GiB.
    [InlineData(24, 0x12345678u)]   // The CRC of other pages.
    public void A_long_value_that_is_not_what_its_leaf_says_is_noticed(int field, uint forged)
    {
        PageLink extent = _map.Links.First(static link => link.ExtentPages > 0);
        WriteUInt32LittleEndian(_image.Main.AsSpan(extent.Id + field), forged);
        _sealing.Seal(extent.Parent);
        using Database database = Open();
        Assert.Throws<CorruptPageException>(() => database.BackupTo(Stream.Null));
        Assert.Throws<CorruptPageException>(() => database.BackupTo(
            Stream.Null, new BackupOptions { Mode = BackupMode.Verbatim }));
        Assert.False(database.Verify().IsSound);
        SalvageReport salvage = SalvageTrial.Run(Sample, _image);
        Assert.Equal(1, salvage.Losses.Sum(static loss => loss.Entries));
        // With a wrong count of pages, or without bytes, what is read is still what its CRC says.
        if (field is 12 or 24)
            Assert.Throws<CorruptPageException>(() => database.ExportTo(Stream.Null));
    }

    /// <summary>Of a bucket, not of a catalog: its leaves hold values.</summary>
    private PageLink[] ChildrenOfALowBranch()
    {
        uint branch = _map.PagesOf(PageKind.Branch).First(page =>
            PageHeader.Level(_sealing.PageAt(page)) == 1
            && ChildrenOf(page).All(child =>
                new LeafPage(_sealing.PageAt(child.ChildId(_image.Main))).KindAt(0)
                    != CellKind.Bucket)
            && ChildrenOf(page).Length > 2);
        return ChildrenOf(branch);
    }

    /// <summary>A bucket's root that is a leaf of cells of a kind.</summary>
    private PageLink RootOfLeaf(CellKind kind) => _map.Links.First(link =>
        link.Birth == link.Id + 8 && link.Parent >= MetaPage.SlotCount
        && PageHeader.Kind(_sealing.PageAt(link.ChildId(_image.Main))) == PageKind.Leaf
        && new LeafPage(_sealing.PageAt(link.ChildId(_image.Main))).KindAt(0) == kind);

    private PageLink[] ChildrenOf(uint page) =>
        [.. _map.Links.Where(link => link.Parent == page).OrderBy(link => link.Id)];

    private void Copy(byte[] before, in PageLink from, in PageLink to)
    {
        before.AsSpan(from.Id, 4).CopyTo(_image.Main.AsSpan(to.Id));
        before.AsSpan(from.Crc, 4).CopyTo(_image.Main.AsSpan(to.Crc));
        before.AsSpan(from.Birth, 8).CopyTo(_image.Main.AsSpan(to.Birth));
        before.AsSpan(from.Count, 8).CopyTo(_image.Main.AsSpan(to.Count));
    }

    /// <summary>The bucket that the verifier names.</summary>
    private static string FindHurt(Database database) =>
        Assert.Single(database.Verify().Findings.Select(static found => found.Bucket).Distinct())
        ?? throw new InvalidOperationException("It lies in the catalog.");

    private static Bucket Walk(ReadTransaction tx, string path)
    {
        string[] names = path.Split('/');
        Bucket bucket = tx.OpenBucket(names[0]);
        foreach (string name in names[1..]) bucket = bucket.OpenBucket(name);
        return bucket;
    }

    private static int Count(EntryRange entries)
    {
        int count = 0;
        foreach (EntryView entry in entries) count += entry.Key.Length > 0 ? 1 : 0;
        return count;
    }

    private Database Open()
    {
        _sealing.CopyMeta(0);
        return Database.Open(new ImageStorage(_image), new StoreOptions
        {
            CacheBytes = 1 << 20,
            CreateMode = CreateMode.OpenExisting,
        });
    }
}
