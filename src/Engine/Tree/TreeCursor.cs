using System.Diagnostics;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// A place in a tree that moves both ways. Holds one leaf pinned. On a writable tree it remembers
/// its key, and finds its place again after the tree has changed.
/// </summary>
/// <remarks>
/// Not valid until positioned. A move past either end returns false and leaves the cursor there
/// (before the first or after the last entry), so that the opposite move comes back. Must not be
/// used, except for disposing, after the end of the tree's owner: steps do not ask the owner.
/// </remarks>
internal sealed class TreeCursor(Tree tree) : IDisposable
{
    private readonly CursorLeaf _leaf = new(tree.Source);

    // The key of the entry, or of the deleted one. On a tree that never changes it stays empty.
    private readonly byte[] _key = tree is WritableTree
        ? new byte[PageLimits.KeyBytesMax(tree.Source.PageBytes)]
        : [];

    private int _keyLength;
    private int _version;
    private CursorPlace _place;

    /// <summary>True on an entry; false before the first, after the last, after a delete.</summary>
    /// <remarks>True again if a deleted entry has been put back before the cursor moved.</remarks>
    public bool IsOnEntry
    {
        get
        {
            bool hasKey = _place is CursorPlace.OnEntry or CursorPlace.Between;
            if (hasKey && _version != tree.PathVersion) FindAgain();
            return _place == CursorPlace.OnEntry;
        }
    }

    /// <summary>The key, valid until the cursor moves or, when writing, the tree changes.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            if (!IsInPlace && !IsOnEntry) Throw.NotOnEntry();
            return _leaf.Key;
        }
    }

    /// <summary>The value, valid as long as <see cref="Key"/>.</summary>
    public CellValue Value
    {
        get
        {
            if (!IsInPlace && !IsOnEntry) Throw.NotOnEntry();
            return _leaf.Value;
        }
    }

    /// <summary>
    /// The value under a cursor in place, if it lies in the leaf; else only the kind is right.
    /// </summary>
    public ReadOnlySpan<byte> InlineValue(out CellKind kind)
    {
        Debug.Assert(IsInPlace);
        return _leaf.InlineValue(out kind);
    }

    /// <summary>On an entry whose path no change has made invalid.</summary>
    public bool IsInPlace => _place == CursorPlace.OnEntry && _version == tree.PathVersion;

    /// <summary>Where the entry under the cursor lies.</summary>
    public PageId LeafId => _leaf.LeafId;

    private ReadOnlySpan<byte> RememberedKey => _key.AsSpan(0, _keyLength);

    public bool MoveToFirst() => MoveToEdge(last: false);

    public bool MoveToLast() => MoveToEdge(last: true);

    /// <summary>To the first key at or above (if <paramref name="inclusive"/>) the key.</summary>
    public bool MoveToAbove(ReadOnlySpan<byte> key, bool inclusive)
    {
        if (!TryBegin(CursorPlace.AfterLast)) return false;
        bool found = _leaf.DescendToKey(tree.Root, key);
        if (found && !inclusive) _leaf.Slot++;
        bool isOnEntry = _leaf.Slot < _leaf.CellCount || _leaf.MoveToNextLeaf(key);
        return End(isOnEntry ? CursorPlace.OnEntry : CursorPlace.AfterLast);
    }

    /// <summary>To the last key at or below (if <paramref name="inclusive"/>) the key.</summary>
    public bool MoveToBelow(ReadOnlySpan<byte> key, bool inclusive)
    {
        if (!TryBegin(CursorPlace.BeforeFirst)) return false;
        bool found = _leaf.DescendToKey(tree.Root, key);
        if (!found || !inclusive) _leaf.Slot--;
        bool isOnEntry = _leaf.Slot >= 0 || _leaf.MoveToPreviousLeaf(key);
        return End(isOnEntry ? CursorPlace.OnEntry : CursorPlace.BeforeFirst);
    }

    /// <summary>To the entry with <paramref name="index"/> smaller keys before it.</summary>
    /// <returns>False if the tree has no more entries than that; then after the last.</returns>
    public bool MoveToIndex(ulong index)
    {
        if (!TryBegin(CursorPlace.AfterLast)) return false;
        if (index >= tree.Count) return End(CursorPlace.AfterLast);
        _leaf.DescendToIndex(tree.Root, index);
        return End(CursorPlace.OnEntry);
    }

    public bool MoveNext()
    {
        if (TryStep(1)) return true;
        return IsInPlace ? MoveToNextLeaf() : MoveNextFromKey();
    }

    public bool MovePrevious()
    {
        if (TryStep(-1)) return true;
        return IsInPlace ? MoveToPreviousLeaf() : MovePreviousFromKey();
    }

    /// <summary>
    /// Steps to a neighbour in the leaf; false, and nothing done, if it does not lie there. Reads
    /// no page, so nothing can fail.
    /// </summary>
    public bool TryStep(int direction)
    {
        if (!IsInPlace || !_leaf.TryStep(direction)) return false;
        Remember();
        return true;
    }

    /// <summary>
    /// Deletes the entry under the cursor (writable trees). The next move goes to the neighbour of
    /// the deleted entry, skipping none.
    /// </summary>
    public void Delete()
    {
        if (tree is not WritableTree writable)
        {
            Throw.ReadOnlyCursor();
            return;
        }

        if (!IsOnEntry) Throw.NotOnEntry();
        _place = CursorPlace.Nowhere;
        _leaf.Release();
        tree.Source.Enter();
        writable.Delete(RememberedKey);
        tree.Source.Exit();
        _version = tree.PathVersion;
        _place = CursorPlace.Between;
    }

    public void Dispose()
    {
        _leaf.Release();
        _place = CursorPlace.Nowhere;
    }

    private bool MoveToEdge(bool last)
    {
        if (!TryBegin(last ? CursorPlace.BeforeFirst : CursorPlace.AfterLast)) return false;
        _leaf.DescendToEdge(tree.Root, last);
        return End(CursorPlace.OnEntry);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MoveToNextLeaf()
    {
        TryBegin(CursorPlace.AfterLast);
        return End(_leaf.MoveToNextLeaf() ? CursorPlace.OnEntry : CursorPlace.AfterLast);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MoveToPreviousLeaf()
    {
        TryBegin(CursorPlace.BeforeFirst);
        return End(_leaf.MoveToPreviousLeaf() ? CursorPlace.OnEntry : CursorPlace.BeforeFirst);
    }

    private bool MoveNextFromKey()
    {
        switch (_place)
        {
            case CursorPlace.BeforeFirst: return MoveToFirst();
            case CursorPlace.AfterLast: return false;
            case CursorPlace.Nowhere: Throw.NotPositioned(); return false;
            default: return MoveToAbove(RememberedKey, inclusive: false);
        }
    }

    private bool MovePreviousFromKey()
    {
        switch (_place)
        {
            case CursorPlace.BeforeFirst: return false;
            case CursorPlace.AfterLast: return MoveToLast();
            case CursorPlace.Nowhere: Throw.NotPositioned(); return false;
            default: return MoveToBelow(RememberedKey, inclusive: false);
        }
    }

    /// <summary>The tree has changed under an entry: to its new slot, if it has one.</summary>
    private void FindAgain()
    {
        if (!TryBegin(CursorPlace.Between)) return;
        bool found = _leaf.DescendToKey(tree.Root, RememberedKey);
        End(found ? CursorPlace.OnEntry : CursorPlace.Between);
    }

    /// <summary>
    /// Begins an operation. In an empty tree there is nothing to do in it: the cursor goes to
    /// <paramref name="placeIfEmpty"/>.
    /// </summary>
    private bool TryBegin(CursorPlace placeIfEmpty)
    {
        // Stays so if an exception ends the move, whose path is then of no use.
        _place = CursorPlace.Nowhere;
        tree.Source.Enter();
        _version = tree.PathVersion;
        if (!tree.Root.IsNone) return true;
        End(placeIfEmpty);
        return false;
    }

    private bool End(CursorPlace place)
    {
        tree.Source.Exit();
        _place = place;
        if (place == CursorPlace.OnEntry)
        {
            Remember();
            return true;
        }

        _leaf.Release();
        return false;
    }

    private void Remember()
    {
        if (_key.Length == 0) return;
        ReadOnlySpan<byte> key = _leaf.Key;
        key.CopyTo(_key);
        _keyLength = key.Length;
    }
}
