using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Tells the branches above that a page was divided, dividing them in turn.</summary>
internal sealed class TreeGrowth(WritablePath path)
{
    private readonly byte[] _buffers = new byte[2 * PageLimits.KeyBytesMax(path.Editor.PageBytes)];
    private bool _isSecond;

    /// <summary>Where the separator for the next <see cref="InsertAbove"/> goes.</summary>
    public Span<byte> Separator => Buffer(_isSecond);

    /// <summary>
    /// How to divide a leaf: loads in ascending or descending order leave full pages behind.
    /// </summary>
    public SplitBias BiasOfLeaf(int step, int cellCount, bool replace)
    {
        if (replace) return SplitBias.Even;
        int slot = path.Steps.Index(step);
        if (slot == cellCount && path.IsLast(step)) return SplitBias.Ascending;
        return slot == 0 && path.IsFirst(step) ? SplitBias.Descending : SplitBias.Even;
    }

    /// <summary>
    /// The page at a step is now <paramref name="left"/>, and <paramref name="right"/> follows it.
    /// The separator between them lies in <see cref="Separator"/>. The path is no longer valid.
    /// </summary>
    public void InsertAbove(int step, PageReference left, int separatorLength, PageReference right)
    {
        IPageEditor editor = path.Editor;
        while (step > 0)
        {
            step--;
            Span<byte> page = path.Write(step);
            int child = path.Steps.Index(step);
            ReadOnlySpan<byte> separator = Separator[..separatorLength];
            new BranchPageWriter(page).SetChild(child, left);
            if (BranchEdit.TryInsert(page, child, separator, right)) return;

            SplitBias bias = BiasOfBranch(step, child, new BranchPage(page).ChildCount);
            PageReference newRight = editor.Allocate();
            Span<byte> newPage = editor.Write(newRight.Id);
            PageHeader.Initialize(newPage, newRight.Id, editor.Birth, PageKind.Branch);
            separatorLength = BranchEdit.InsertAndSplit(
                page, newPage, child, separator, right, Buffer(!_isSecond), bias);
            _isSecond = !_isSecond;
            left = path.Steps.Page(step) with { Count = SumCounts(page) };
            right = newRight with { Count = SumCounts(newPage) };
        }

        GrowRoot(left, Separator[..separatorLength], right);
    }

    private void GrowRoot(
        in PageReference left, ReadOnlySpan<byte> separator, in PageReference right)
    {
        IPageEditor editor = path.Editor;
        int level = PageHeader.Level(editor.Write(left.Id)) + 1;
        PageReference root = editor.Allocate();
        Span<byte> page = editor.Write(root.Id);
        BranchEdit.InitializeRoot(page, root.Id, editor.Birth, level, left, separator, right);
        path.Tree.SetRoot(root with { Count = left.Count + right.Count });
    }

    private SplitBias BiasOfBranch(int step, int child, int childCount)
    {
        if (child == childCount - 1 && path.IsLast(step)) return SplitBias.Ascending;
        return child == 0 && path.IsFirst(step) ? SplitBias.Descending : SplitBias.Even;
    }

    private Span<byte> Buffer(bool second)
    {
        int half = _buffers.Length / 2;
        return _buffers.AsSpan(second ? half : 0, half);
    }

    private static ulong SumCounts(ReadOnlySpan<byte> page)
    {
        BranchPage branch = new(page);
        ulong sum = 0;
        for (int i = 0; i < branch.ChildCount; i++) sum += branch.CountAt(i);
        return sum;
    }
}
