using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>The shape of the trees, the use of the pages, and pages decoded.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();

    public InspectTests() => _test.Database.Write(tx =>
    {
        WritableBucket bucket = tx.CreateBucket("a").CreateBucket("b");
        for (int i = 0; i < 2_000; i++) bucket.Put(BitConverter.GetBytes(i), new byte[40]);
        bucket.Put("large"u8, new byte[20_000]);
    });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void The_map_agrees_with_the_statistics()
    {
        DatabaseStatistics figures = _test.Database.GetStatistics();
        DatabaseShape shape = _test.Database.Inspect();
        Assert.Empty(shape.Problems);
        Assert.Equal(figures.TransactionId, shape.TransactionId);
        Assert.Equal(figures.PageCount, shape.Pages.Length);
        Assert.Equal(figures.LeafPages, Count(PageUse.Leaf));
        Assert.Equal(figures.BranchPages, Count(PageUse.Branch));
        Assert.Equal(figures.OverflowPages, Count(PageUse.Overflow));
        Assert.Equal(figures.FreePages + figures.PendingPages, Count(PageUse.Free));
        Assert.Equal(2, Count(PageUse.Meta));
        Assert.Equal(0, Count(PageUse.Other));

        int Count(PageUse use) => shape.Pages.Span.Count(use);
    }

    [Fact]
    public void Each_tree_has_its_levels_from_the_root_down()
    {
        DatabaseShape shape = _test.Database.Inspect();
        Assert.Equal([(null, true), ("a", true), ("a/b", false)],
            shape.Trees.Select(tree => (tree.Bucket, tree.IsCatalog)));
        TreeShape entries = shape.Trees[^1];
        Assert.Equal(2_001, entries.Entries);
        Assert.Equal(5, entries.OverflowPages);
        Assert.Equal([1, 0], entries.Levels.Select(level => level.Level));
        Assert.Equal(1, entries.Levels[0].Pages);
        Assert.Equal(entries.Levels[1].Pages, entries.Levels[0].Cells);
        Assert.All(entries.Levels, level => Assert.InRange(level.Fill, 0.01, 1));
    }

    [Fact]
    public void Following_the_pages_from_the_root_finds_every_entry()
    {
        DatabaseShape shape = _test.Database.Inspect();
        long found = 0;
        for (int id = 0; id < shape.Pages.Length; id++)
        {
            if (shape.Pages.Span[id] is not (PageUse.Leaf or PageUse.Branch)) continue;
            PageContent page = _test.Database.InspectPage(id);
            Assert.Null(page.Problem);
            Assert.Equal(id, page.ClaimedId);
            if (page.Kind == "branch")
                Assert.Equal(2_001UL, page.Cells.Aggregate(0UL, (sum, c) => sum + c.Count!.Value));
            else
                found += page.Cells.Count(cell => cell.Key is [.., _] && cell.Value is [0, ..]);
        }

        Assert.Equal(2_000, found);
    }

    [Fact]
    public void A_meta_page_and_a_free_page_are_decoded()
    {
        PageContent meta = _test.Database.InspectPage(1);
        Assert.Equal("meta", meta.Kind);
        Assert.Contains(meta.Fields, field => field.Key == "catalog root");
        int free = _test.Database.Inspect().Pages.Span.LastIndexOf(PageUse.Free);
        Assert.NotNull(_test.Database.InspectPage(free).Problem);
    }

    [Fact]
    public void A_page_outside_the_file_is_refused()
    {
        long count = _test.Database.GetStatistics().PageCount;
        Assert.Throws<ArgumentOutOfRangeException>(() => _test.Database.InspectPage(count));
        Assert.Throws<ArgumentOutOfRangeException>(() => _test.Database.InspectPage(-1));
    }

    [Fact]
    public void Damage_is_told_and_the_rest_is_shown()
    {
        _test.ExpectDamage();
        DatabaseShape sound = _test.Database.Inspect();
        int leaf = sound.Pages.Span.IndexOf(PageUse.Leaf);
        int other = sound.Pages.Span.LastIndexOf(PageUse.Leaf);
        int hurt = _test.Database.InspectPage(leaf).Cells[0].Value is null ? other : leaf;
        _test.Disk.Damage.FlipBit("", ((hurt * 4096L) + 2_000) * 8);
        Assert.Equal("the CRC does not match the bytes",
            _test.Database.InspectPage(hurt).Problem);
        VerifyFinding problem = Assert.Single(_test.Database.Inspect().Problems);
        Assert.Equal(hurt, problem.PageId);
        Assert.Equal("a/b", problem.Bucket);
    }
}
