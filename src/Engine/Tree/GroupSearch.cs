using System.Diagnostics;
using System.Numerics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>Goes down to the leaves of many keys together, one level at a time.</summary>
/// <remarks>
/// A search alone waits for memory at each level. Here each step asks for what the next step of all
/// keys needs, so that the processor waits for many lines at once.
/// </remarks>
internal sealed class GroupSearch
{
    /// <summary>
    /// Keys of a group: with more, what was asked for first could leave the processor's nearest
    /// cache before it is used; with half of it the waits overlap noticeably less.
    /// </summary>
    public const int KeysMax = 32;

    /// <summary>Header, sample and heads of most branches.</summary>
    private const int BranchSearchBytes = 512;

    /// <summary>A larger buffer for keys is not kept.</summary>
    private const int KeptBytesMax = 64 << 10;

    private readonly PageBuffer[] _pages = new PageBuffer[KeysMax];

    // Which child, or in the end how many heads of the leaf are below the key's.
    private readonly int[] _indexes = new int[KeysMax];

    // The keys, one behind the other: each is looked at once a level.
    private readonly int[] _keyEnds = new int[KeysMax + 1];
    private byte[] _keyBytes = new byte[1024];

    /// <summary>
    /// Finds the leaves of at most <see cref="KeysMax"/> keys, in any order. Called inside an
    /// operation, until whose end <see cref="TryFind"/> may be called.
    /// </summary>
    public void FindLeaves(Tree tree, ReadOnlySpan<ReadOnlyMemory<byte>> keys)
    {
        Debug.Assert(keys.Length <= KeysMax);
        Debug.Assert(!tree.Root.IsNone);
        IPageSource source = tree.Source;
        Take(keys);
        TreeSearch.ReadRoot(source, tree.Root, out int level);
        Span<PageBuffer> pages = _pages.AsSpan(0, keys.Length);
        pages.Fill(source.Locate(tree.Root));
        while (level > 0)
        {
            level--;
            FindChildren(source, pages, level);
        }

        for (int i = 0; i < pages.Length; i++)
            _indexes[i] = new LeafPage(pages[i].Span).BeginFind(KeyAt(i));
    }

    /// <summary>Finds the key with this index in its leaf.</summary>
    public bool TryFind(int index, out CellValue value)
    {
        return new LeafPage(_pages[index].Span).TryFindFrom(
            KeyAt(index), _indexes[index], out value);
    }

    /// <summary>Gives back what only unusually long keys need.</summary>
    public void Trim()
    {
        if (_keyBytes.Length > KeptBytesMax) _keyBytes = new byte[1024];
    }

    private void FindChildren(IPageSource source, Span<PageBuffer> pages, int level)
    {
        for (int i = 0; i < pages.Length; i++)
            _indexes[i] = new BranchPage(pages[i].Span).FindChild(KeyAt(i));

        // The branches further up are few and near.
        int searchBytes = level switch
        {
            0 => LeafPage.SearchBytes,
            1 => BranchSearchBytes,
            _ => 0,
        };
        uint left = source.LocateChildren(
            pages, _indexes.AsSpan(0, pages.Length), level, searchBytes);
        for (; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            PageReference child = new BranchPage(pages[i].Span).ChildIdentityAt(_indexes[i]);
            pages[i] = source.Locate(child);
            TreeSearch.CheckPage(child, pages[i].Span, level);
        }
    }

    private ReadOnlySpan<byte> KeyAt(int index) =>
        _keyBytes.AsSpan(_keyEnds[index], _keyEnds[index + 1] - _keyEnds[index]);

    private void Take(ReadOnlySpan<ReadOnlyMemory<byte>> keys)
    {
        int end = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            ReadOnlySpan<byte> key = keys[i].Span;
            if (_keyBytes.Length - end < key.Length)
                Array.Resize(ref _keyBytes, Math.Max(end + key.Length, 2 * _keyBytes.Length));
            key.CopyTo(_keyBytes.AsSpan(end));
            end += key.Length;
            _keyEnds[i + 1] = end;
        }
    }
}
