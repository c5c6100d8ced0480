using KvCow.Engine.Pages;

namespace KvCow.Engine.Backups;

/// <summary>
/// Builds a tree bottom-up from entries in ascending order: every page is written once, full, when
/// the next one begins. Memory: one page, and the references of one page, for each level.
/// </summary>
internal sealed class BulkTree(PageSink sink, TransactionId birth)
{
    private readonly byte[] _page = new byte[sink.PageBytes];
    private readonly byte[] _sealed = new byte[sink.PageBytes];
    private readonly byte[] _last = new byte[PageLimits.KeyBytesMax(sink.PageBytes)];
    private readonly List<BulkBranch> _branches = [];
    private byte[] _separator = [];
    private int _lastLength;
    private int _cells;
    private ulong _count;

    /// <summary>False, and nothing appended, if the key is not above the one before.</summary>
    public bool TryAppend(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> last = _last.AsSpan(0, _lastLength);
        if (_count > 0 && key.SequenceCompareTo(last) <= 0) return false;

        if (_cells == 0) LeafPageWriter.Initialize(_page, PageId.None, birth);
        if (!new LeafPageWriter(_page).TryInsert(_cells, key, kind, value))
        {
            byte[] separator = key[..Separator.Shortest(last, key)].ToArray();
            AddTo(0, WriteLeaf(), _separator);
            _separator = separator;
            LeafPageWriter.Initialize(_page, PageId.None, birth);
            bool fits = new LeafPageWriter(_page).TryInsert(0, key, kind, value);
            if (!fits) throw new InvalidOperationException("A cell does not fit an empty leaf.");
        }

        _cells++;
        _count++;
        key.CopyTo(_last);
        _lastLength = key.Length;
        return true;
    }

    /// <summary>Writes what is left; returns the root. The next tree may begin.</summary>
    public PageReference Finish()
    {
        PageReference root = PageReference.None;
        if (_cells > 0)
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
        _lastLength = 0;
        _count = 0;
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
        LeafSeal.Seal(_page, _sealed);
        PageId id = sink.Next;
        PageHeader.SetIdentity(_sealed, id, birth);
        PageReference reference =
            new(id, PageChecksum.Seal(_sealed), birth, (ulong)_cells);
        sink.Append(_sealed);
        _cells = 0;
        return reference;
    }
}
