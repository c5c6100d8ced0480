using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// Builds a tree bottom-up from entries in ascending order: every page is written once, full, when
/// the next one begins. Memory: one page, and the references of one page, for each level.
/// </summary>
internal sealed class BulkTree(IPageSink sink, TransactionId birth)
{
    private readonly LeafAppender _leaf = new(sink.PageBytes);
    private readonly byte[] _page = new byte[sink.PageBytes];
    private readonly List<BulkBranch> _branches = [];
    private byte[] _separator = [];

    /// <summary>False, and nothing appended, if the key is not above the one before.</summary>
    public bool TryAppend(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        // A leaf is written when the next key comes, so the last key is always at hand.
        if (_leaf.Count > 0 && key.SequenceCompareTo(_leaf.LastKey) <= 0) return false;
        if (_leaf.TryAppend(key, kind, value)) return true;

        byte[] separator = key[..Separator.Shortest(_leaf.LastKey, key)].ToArray();
        AddTo(0, WriteLeaf(), _separator);
        _separator = separator;
        if (!_leaf.TryAppend(key, kind, value))
            throw new InvalidOperationException("A cell does not fit an empty leaf.");
        return true;
    }

    /// <summary>Writes what is left; returns the root. The next tree may begin.</summary>
    public PageReference Finish()
    {
        PageReference root = PageReference.None;
        if (_leaf.Count > 0)
        {
            root = WriteLeaf();
            if (_branches.Count > 0) AddTo(0, root, _separator);
        }

        for (int i = 0; i < _branches.Count; i++)
        {
            // A level comes into being with the first of at least two pages below it.
            if (_branches[i].TryFinishAsRoot(out PageReference top)) root = top;
            else _branches[i].Finish();
        }

        _branches.Clear();
        _separator = [];
        return root;
    }

    private void AddTo(int level, in PageReference child, byte[] separator)
    {
        if (level == _branches.Count)
        {
            _branches.Add(new BulkBranch(sink, birth, level + 1,
                (reference, above) => AddTo(level + 1, reference, above)));
        }

        _branches[level].Add(child, separator);
    }

    private PageReference WriteLeaf()
    {
        ulong count = (ulong)_leaf.Count;
        _leaf.WriteTo(_page, birth);
        PageId id = sink.Next;
        PageHeader.SetIdentity(_page, id, birth);
        PageReference reference = new(id, PageChecksum.Seal(_page), birth, count);
        sink.Append(_page);
        return reference;
    }
}
