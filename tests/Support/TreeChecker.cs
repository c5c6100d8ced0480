using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using Xunit;

namespace KvCow.Tests.Support;

/// <summary>Checks invariants 2, 3 and 8 over a tree, with none of the tree's code.</summary>
internal sealed class TreeChecker
{
    private readonly IPageSource _source;
    private readonly TreeFigures _shape;

    private TreeChecker(IPageSource source)
    {
        _source = source;
        _shape = new TreeFigures(source.PageBytes);
    }

    /// <summary>Checks the tree and returns its shape; called outside an operation.</summary>
    public static TreeFigures Check(IPageSource source, in PageReference root)
    {
        TreeChecker checker = new(source);
        if (root.IsNone) return checker._shape;
        source.Enter();
        int level = PageHeader.Level(source.Read(root));
        checker._shape.Levels = level + 1;
        checker.CheckPage(root, level, low: [], high: null, root.Birth);
        source.Exit();
        AssertAscending(checker._shape.Keys);
        return checker._shape;
    }

    private void CheckPage(
        in PageReference reference, int level, byte[] low, byte[]? high, TransactionId parentBirth)
    {
        ReadOnlySpan<byte> page = _source.Read(reference);
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: reference.Id.IsDirty));
        Assert.Equal(level, PageHeader.Level(page));
        Assert.False(reference.Birth > parentBirth);
        if (level == 0)
        {
            Assert.Equal(PageKind.Leaf, PageHeader.Kind(page));
            CheckLeaf(reference, new LeafPage(page), low, high);
        }
        else
        {
            Assert.Equal(PageKind.Branch, PageHeader.Kind(page));
            CheckBranch(reference, new BranchPage(page), level, low, high);
        }
    }

    private void CheckLeaf(in PageReference reference, LeafPage leaf, byte[] low, byte[]? high)
    {
        Assert.NotEqual(0, leaf.CellCount);
        Assert.Equal(reference.Count, (ulong)leaf.CellCount);
        _shape.LeafCount++;
        _shape.LeafBytesUsed += leaf.UsedBytes;
        for (int i = 0; i < leaf.CellCount; i++)
        {
            byte[] key = leaf.KeyAt(i).ToArray();
            AssertWithin(key, low, high);
            _shape.Keys.Add(key);
            if (leaf.KindAt(i) == CellKind.Extent)
                Assert.True(_shape.Extents.Add(ExtentReference.Read(leaf.ValueAt(i).Bytes)));
        }
    }

    private void CheckBranch(
        in PageReference reference, BranchPage branch, int level, byte[] low, byte[]? high)
    {
        Assert.True(branch.ChildCount >= 2);
        _shape.BranchCount++;
        byte[] buffer = new byte[PageLimits.KeyBytesMax(_source.PageBytes)];
        ulong sum = 0;
        byte[] childLow = low;
        for (int i = 0; i < branch.ChildCount; i++)
        {
            byte[]? childHigh = high;
            if (i < branch.ChildCount - 1)
            {
                childHigh = buffer[..branch.CopySeparator(i, buffer)];
                AssertWithin(childHigh, low, high);
                if (i > 0) Assert.True(BytesComparer.Instance.Compare(childLow, childHigh) < 0);
            }

            PageReference child = branch.ChildAt(i);
            Assert.Equal(child.Count, branch.CountAt(i));
            sum += child.Count;
            CheckPage(child, level - 1, childLow, childHigh, reference.Birth);
            childLow = childHigh!;
        }

        Assert.Equal(reference.Count, sum);
    }

    private static void AssertWithin(byte[] key, byte[] low, byte[]? high)
    {
        Assert.True(BytesComparer.Instance.Compare(key, low) >= 0);
        if (high is not null) Assert.True(BytesComparer.Instance.Compare(key, high) < 0);
    }

    private static void AssertAscending(List<byte[]> keys)
    {
        for (int i = 1; i < keys.Count; i++)
            Assert.True(BytesComparer.Instance.Compare(keys[i - 1], keys[i]) < 0);
    }
}
