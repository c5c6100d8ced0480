using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>One level of branches under construction: children that have no page yet.</summary>
internal sealed class BulkBranch(
    IPageSink sink, TransactionId birth, int level, Action<PageReference, byte[]> addAbove)
{
    /// <summary>
    /// Children that come in between two looks at whether they still fit a page: a look costs as
    /// much as there are children. The rest of a page is at least two: no branch has one child.
    /// </summary>
    private const int ChildrenPerLook = 16;

    private const int ChildrenMin = 2;

    private readonly List<PageReference> _children = [];

    /// <summary>The separator before each child; that of a page's first goes up with it.</summary>
    private readonly List<byte[]> _separators = [];

    /// <summary>So many of the children are known to fit a page.</summary>
    private int _fitting;

    private bool _hasPages;

    public void Add(in PageReference child, byte[] separator)
    {
        _children.Add(child);
        _separators.Add(separator);
        if (_children.Count < _fitting + ChildrenPerLook) return;
        if (Fits(_children.Count)) _fitting = _children.Count;
        else WriteFull();
    }

    /// <summary>Writes all in one page, if they fit it and no other was written.</summary>
    public bool TryFinishAsRoot(out PageReference root)
    {
        root = default;
        if (_hasPages || !Fits(_children.Count)) return false;
        root = Write(_children.Count);
        return true;
    }

    /// <summary>Writes what is left and tells the level above.</summary>
    public void Finish()
    {
        while (_children.Count > 0)
        {
            if (Fits(_children.Count)) WriteAndAdd(_children.Count);
            else WriteFull();
        }
    }

    /// <summary>Writes one page of as many children as fit, and keeps some.</summary>
    private void WriteFull()
    {
        int fitting = Math.Max(_fitting, ChildrenMin);
        int tooMany = _children.Count;
        while (tooMany - fitting > 1)
        {
            int probe = (fitting + tooMany) / 2;
            if (Fits(probe)) fitting = probe;
            else tooMany = probe;
        }

        WriteAndAdd(Math.Min(fitting, _children.Count - ChildrenMin));
    }

    private void WriteAndAdd(int count)
    {
        byte[] separator = _separators[0];
        PageReference page = Write(count);
        addAbove(page, separator);
    }

    private PageReference Write(int count)
    {
        byte[] page = new byte[sink.PageBytes];
        PageId id = sink.Next;
        PageHeader.Initialize(page, id, birth, PageKind.Branch);
        page[PageHeader.LevelOffset] = (byte)level;
        if (!BranchEncoder.TryEncode(Content(count), 0, count - 1, page))
            throw new InvalidOperationException("The children do not fit a branch.");

        ulong entries = 0;
        for (int i = 0; i < count; i++) entries += _children[i].Count;
        PageReference reference = new(id, PageChecksum.Seal(page), birth, entries);
        sink.Append(page);
        _children.RemoveRange(0, count);
        _separators.RemoveRange(0, count);
        _fitting = 0;
        _hasPages = true;
        return reference;
    }

    private bool Fits(int count) =>
        BranchForm.Choose(Content(count), 0, count - 1, sink.PageBytes) is not null;

    private BranchContent Content(int count)
    {
        BranchContent content = BranchContent.Start();
        for (int i = 0; i < count; i++)
        {
            content.Children.Add(_children[i]);
            if (i > 0) content.InsertSeparator(i - 1, _separators[i]);
        }

        return content;
    }
}
