using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Pages;

/// <summary>
/// Damaged pages: the verifier never throws, and what it passes can be read (invariant 10).
/// </summary>
public sealed class HostilePageTests
{
    [Theory, Seeds(20)]
    public void A_damaged_page_is_refused_or_harmless(int seed)
    {
        Random random = new(seed);
        int pageBytes = random.Next(4) == 0 ? 65536 : 4096;
        foreach (byte[] page in SoundPages(random, pageBytes))
        {
            Assert.Null(PageVerifier.FindProblem(page));
            for (int round = 0; round < 400; round++)
            {
                byte[] damaged = [.. page];
                for (int i = random.Next(3); i >= 0; i--) Damage(damaged, random);
                if (PageVerifier.FindProblem(damaged) is null) ReadAll(damaged, random);
            }
        }
    }

    [Theory, Seeds(20)]
    public void Random_bytes_are_refused_or_harmless(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            byte[] page = new byte[4096 << random.Next(5)];
            random.NextBytes(page);
            page[PageHeader.KindOffset] = (byte)random.Next(7);
            page[PageHeader.FlagsOffset] &= 3;
            page[PageHeader.LevelOffset] = (byte)random.Next(3);
            page.AsSpan(PageHeader.CellCountOffset + 1, 1).Clear();
            page.AsSpan(PageHeader.PrefixLengthOffset + random.Next(2), 1).Clear();
            PageHeader.SetHeapStart(page, random.Next(page.Length + 2));
            PageHeader.SetGarbage(page, random.Next(2) * random.Next(page.Length));
            if (PageVerifier.FindProblem(page) is null) ReadAll(page, random);
        }
    }

    [Fact]
    public void Bytes_of_another_length_are_refused()
    {
        Assert.NotNull(PageVerifier.FindProblem([]));
        Assert.NotNull(PageVerifier.FindProblem(new byte[2048]));
        Assert.NotNull(PageVerifier.FindProblem(new byte[4097]));
        Assert.NotNull(PageVerifier.FindProblem(new byte[131072]));
        Assert.NotNull(PageVerifier.FindProblem(new byte[4096]));
    }

    private static void Damage(byte[] page, Random random)
    {
        // Most damage to the header and the arrays, where it is most dangerous.
        int end = random.Next(3) switch { 0 => PageHeader.Size, 1 => 512, _ => page.Length };
        int place = random.Next(end);
        switch (random.Next(4))
        {
            case 0:
                page[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                page[place] = (byte)random.Next(256);
                break;
            case 2:
                page.AsSpan(place, random.Next(1, 9) is var n && place + n <= page.Length ? n : 1)
                    .Fill((byte)(random.Next(2) * 255));
                break;
            default:
                int length = Math.Min(random.Next(1, 64), page.Length - place);
                page.AsSpan(random.Next(page.Length - length), length)
                    .CopyTo(page.AsSpan(place, length));
                break;
        }
    }

    private static IEnumerable<byte[]> SoundPages(Random random, int pageBytes)
    {
        KeySet keys = new(random, PageLimits.KeyBytesMax(pageBytes));
        SortedSet<byte[]> separators = new(ByteOrder.Instance) { keys.Next() };
        byte[] leaf = new byte[pageBytes];
        LeafPageWriter.Initialize(leaf, new PageId(4), new TransactionId(2));
        byte[] branch = new byte[pageBytes];
        PageReference child = new(new PageId(8), 77, new TransactionId(1), 5);
        BranchEdit.InitializeRoot(
            branch, new PageId(5), new TransactionId(2), 1, child, separators.Min, child);
        for (int i = random.Next(300); i >= 0; i--)
        {
            byte[] key = keys.Next();
            SlotSearch at = new LeafPage(leaf).Find(key);
            byte[] value = Keys.NextValue(random, 0, 40);
            LeafPageWriter writer = new(leaf);
            if (!at.Found) writer.TryInsert(at.Index, key, CellKind.Inline, value);
            else if (random.Next(2) == 0) writer.RemoveAt(at.Index);
            if (separators.Contains(key)) continue;
            int place = new BranchPage(branch).FindChild(key);
            if (BranchEdit.TryInsert(branch, place, key, child)) separators.Add(key);
        }

        byte[] sealedLeaf = new byte[pageBytes];
        LeafSeal.Seal(leaf, sealedLeaf);
        // As a file could claim it is sealed.
        leaf[PageHeader.FlagsOffset] &= unchecked((byte)~PageHeader.LooseFlag);
        return [leaf, sealedLeaf, branch];
    }

    /// <summary>Reads everything a page can be asked; an exception fails the test.</summary>
    private static void ReadAll(byte[] page, Random random)
    {
        byte[] buffer = new byte[PageLimits.KeyBytesMax(page.Length)];
        byte[] key = Keys.Next(random, 0, 20);
        if (PageHeader.Kind(page) == PageKind.Leaf)
        {
            LeafPage leaf = new(page);
            Assert.InRange(leaf.Find(key).Index, 0, leaf.CellCount);
            Assert.InRange(leaf.UsedBytes, PageHeader.Size, page.Length);
            for (int i = 0; i < leaf.CellCount; i++)
            {
                Assert.Equal(new SlotSearch(i, true), leaf.Find(leaf.KeyAt(i)));
                Assert.InRange(leaf.ValueAt(i).Bytes.Length, 0, page.Length);
            }

            LeafSeal.Seal(page, new byte[page.Length]);
        }
        else if (PageHeader.Kind(page) == PageKind.Branch)
        {
            BranchPage branch = new(page);
            Assert.InRange(branch.FindChild(key), 0, branch.SeparatorCount);
            for (int i = 0; i < branch.ChildCount; i++)
            {
                Assert.False(branch.ChildAt(i).IsNone);
                if (i == branch.SeparatorCount) continue;
                int length = branch.CopySeparator(i, buffer);
                Assert.Equal(i + 1, branch.FindChild(buffer.AsSpan(0, length)));
            }

            if (branch.SeparatorCount > 0) BranchEdit.RemoveChild([.. page], branch.SeparatorCount);
        }
    }
}
