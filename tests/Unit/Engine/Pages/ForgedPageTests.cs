using System.Buffers.Binary;
using System.Text;
using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Pages;

/// <summary>
/// Pages that break one rule of their structure, and whose checksum could be right: the verifier
/// names the rule, before anything trusts the page.
/// </summary>
public sealed class ForgedPageTests
{
    private const int PageBytes = 4096;

    private static readonly PageReference Child =
        new(new PageId(21), 0xAABBCCDD, new TransactionId(2), 10);

    [Fact]
    public void A_branch_whose_cells_are_out_of_place_is_refused()
    {
        byte[] sound = Branch("alpha-and-more", "beta-and-more", "gamma-and-more");
        BranchLayout layout = BranchLayout.Of(sound);
        Assert.False(layout.HeadOnly);
        int heap = (int)PageHeader.HeapStart(sound);
        int lastCell = ReadAt(sound, layout.SlotsOffset + (2 * BranchLayout.SlotSize));
        Refused("a slot is out of place", sound, page => page[layout.SlotsOffset]++);
        Refused("a separator is too long", sound, page => WriteAt(page, heap, 1025));
        Refused("a cell ends behind the heap", sound, page => WriteAt(page, heap, 1024));
        Refused("a cell ends behind the heap", sound, page =>
        {
            PageHeader.SetHeapStart(page, PageBytes - 1);
            WriteAt(page, layout.SlotsOffset, PageBytes - 1);
        });
        Refused("cells do not fill the heap", sound, page =>
            WriteAt(page, lastCell, ReadAt(page, lastCell) - 1));
    }

    [Fact]
    public void A_branch_whose_separators_are_not_what_their_heads_say_is_refused()
    {
        byte[] sound = Branch("a", "samehead-and-1-more", "samehead-and-2-more");
        BranchLayout layout = BranchLayout.Of(sound);
        Refused("a head differs from its separator", sound, page => page[layout.HeadsOffset]++);
        Refused("separators do not ascend", sound, page =>
        {
            int second = page.AsSpan().IndexOf("samehead-and-2-more"u8);
            page[second + "samehead-and-".Length] = (byte)'0';
        });
    }

    [Fact]
    public void A_branch_without_separators_has_nothing_to_share()
    {
        byte[] sound = Branch("keyM", "keyZ");
        Assert.True(BranchLayout.Of(sound).HeadOnly);
        Refused("a branch without separators has a prefix", sound,
            page => PageHeader.SetCellCount(page, 0));
    }

    [Fact]
    public void A_leaf_whose_cells_are_longer_than_any_is_refused()
    {
        byte[] sound = Leaf(Enumerable.Range(0, 12).Select(i => ($"key{i:00}", 280)));
        LeafPage leaf = new(sound);
        int first = leaf.CellOffsetAt(0);
        Refused("a key is too long", sound, page =>
            LeafCell.WriteHeader(page.AsSpan(first), 1025, CellKind.Inline, 0));
        Refused("cells overlap", sound, page =>
        {
            // All slots lead to one cell: together more bytes than a page has.
            int slots = new LeafPage(page).SlotsOffset;
            for (int i = 1; i < 12; i++) WriteAt(page, slots + (i * LeafPage.SlotSize), first);
            LeafCell.WriteHeader(page.AsSpan(first), 5, CellKind.Inline, 900);
        });
    }

    [Fact]
    public void A_leaf_whose_prefix_is_not_what_its_keys_share_is_refused()
    {
        byte[] sound = Leaf([("key-one", 4), ("key-three", 4), ("key-two", 4)]);
        Assert.Equal("key-".Length, new LeafPage(sound).PrefixLength);
        int second = new LeafPage(sound).CellOffsetAt(1);
        Refused("keys do not share the prefix", sound, page =>
            page[second + LeafCell.HeaderSize] = (byte)'K');
        byte[] empty = Leaf([]);
        Refused("an empty leaf has a prefix", empty, page =>
            PageHeader.SetPrefix(page, "key-"u8));
        Refused("the prefix sample differs from the prefix", empty, page =>
            page[PageHeader.PrefixSampleOffset] = (byte)'k');
    }

    [Fact]
    public void A_long_value_on_a_page_that_was_never_written_is_refused()
    {
        byte[] page = new byte[PageBytes];
        LeafPageWriter.Initialize(page, new PageId(7), new TransactionId(3));
        byte[] value = new byte[ExtentReference.Size];
        new ExtentReference(PageId.Dirty(4), 1, 100, new TransactionId(3), 5, 6).Write(value);
        Assert.True(new LeafPageWriter(page).TryInsert(0, "k"u8, CellKind.Extent, value));
        byte[] sealedPage = new byte[PageBytes];
        LeafSeal.Seal(page, sealedPage);
        Assert.Equal("an extent reference names a dirty page",
            PageVerifier.FindProblem(sealedPage));
        Assert.Null(PageVerifier.FindProblem(sealedPage, allowDirty: true));
    }

    private static void Refused(string rule, byte[] sound, Action<byte[]> forge)
    {
        byte[] page = [.. sound];
        forge(page);
        Assert.Equal(rule, PageVerifier.FindProblem(page));
    }

    private static byte[] Branch(params string[] separators)
    {
        byte[] page = new byte[PageBytes];
        BranchEdit.InitializeRoot(page, new PageId(7), new TransactionId(3), 1, Child,
            Encoding.UTF8.GetBytes(separators[0]), Child);
        for (int i = 1; i < separators.Length; i++)
        {
            Assert.True(BranchEdit.TryInsert(
                page, i, Encoding.UTF8.GetBytes(separators[i]), Child));
        }

        Assert.Null(PageVerifier.FindProblem(page));
        return page;
    }

    /// <summary>A sealed leaf of keys in order, each with a value of so many zeros.</summary>
    private static byte[] Leaf(IEnumerable<(string Key, int ValueBytes)> entries)
    {
        byte[] page = new byte[PageBytes];
        LeafPageWriter.Initialize(page, new PageId(7), new TransactionId(3));
        int index = 0;
        foreach ((string key, int valueBytes) in entries)
        {
            Assert.True(new LeafPageWriter(page).TryInsert(index++,
                Encoding.UTF8.GetBytes(key), CellKind.Inline, new byte[valueBytes]));
        }

        byte[] sealedPage = new byte[PageBytes];
        LeafSeal.Seal(page, sealedPage);
        Assert.Null(PageVerifier.FindProblem(sealedPage));
        return sealedPage;
    }

    private static int ReadAt(byte[] page, int offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(offset));

    private static void WriteAt(byte[] page, int offset, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(offset), (ushort)value);
}
