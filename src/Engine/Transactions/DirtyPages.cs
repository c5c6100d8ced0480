using System.Buffers;
using System.Diagnostics;
using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>The pages of the running change, by dirty index, in frames lent by the cache.</summary>
/// <remarks>
/// A page belongs to the savepoint level at which it was made and changes in place at that level
/// only. A later level that replaces it gives it up, but it stays for the savepoint to come back
/// to. A pinned page stays in memory; its index is not used again before it is unpinned.
/// </remarks>
internal sealed class DirtyPages(NodeCache cache) : IDisposable
{
    private const int PagesAtFirst = 16;

    private readonly Stack<int> _unused = new();
    private DirtyPage[] _pages = ArrayPool<DirtyPage>.Shared.Rent(PagesAtFirst);
    private Fate[] _fates = ArrayPool<Fate>.Shared.Rent(PagesAtFirst);
    private int _end;
    private uint _clock;

    /// <summary>How many there are now.</summary>
    public int Count { get; private set; }

    public PageBuffer this[PageId id] => _pages[id.DirtyIndex].Buffer;

    public int LevelOf(PageId id) => _pages[id.DirtyIndex].Level;

    /// <summary>The level that gave the page up, or 0.</summary>
    public ref int GivenUpAt(PageId id) => ref _fates[id.DirtyIndex].GivenUpAt;

    public bool IsInUse(PageId id) => !_pages[id.DirtyIndex].Buffer.IsNone;

    /// <summary>The bytes, to change: the page counts as used just now.</summary>
    public Span<byte> Write(PageId id)
    {
        ref DirtyPage page = ref _pages[id.DirtyIndex];
        page.Stamp = _clock;
        return page.Buffer.Span;
    }

    /// <summary>A page whose bytes are whatever was there before.</summary>
    public PageId Rent(int level)
    {
        PageBuffer buffer = cache.Lent.Take(out int frame);
        if (!_unused.TryPop(out int index))
        {
            if (_end == _pages.Length || _end == _fates.Length) Enlarge();
            index = _end++;
        }

        _pages[index] = new DirtyPage
        {
            Buffer = buffer,
            Level = level,
            Stamp = ++_clock,
        };
        _fates[index] = new Fate { Frame = frame };
        Count++;
        return PageId.Dirty(index);
    }

    public void Return(PageId id)
    {
        ref DirtyPage page = ref _pages[id.DirtyIndex];
        Debug.Assert(!page.Buffer.IsNone, "a dirty page given back twice");
        ref Fate fate = ref _fates[id.DirtyIndex];
        cache.Lent.Return(fate.Frame);
        page.Buffer = default;
        Count--;
        if (fate.Pins == 0) _unused.Push(id.DirtyIndex);
    }

    /// <summary>What the page became when it was sealed.</summary>
    public ref PageReference SealedAs(PageId id) => ref _fates[id.DirtyIndex].SealedAs;

    /// <summary>The page now belongs to an outer level.</summary>
    public void SetLevel(PageId id, int level) => _pages[id.DirtyIndex].Level = level;

    public void Pin(PageId id) => _fates[id.DirtyIndex].Pins++;

    /// <summary>Gives a pin back, also of a page that is gone meanwhile.</summary>
    public void Unpin(PageId id)
    {
        if (id.DirtyIndex >= _end) return; // The transaction has ended.
        bool isGone = _pages[id.DirtyIndex].Buffer.IsNone;
        if (--_fates[id.DirtyIndex].Pins == 0 && isGone) _unused.Push(id.DirtyIndex);
    }

    /// <summary>Whether the page may leave memory: not pinned, nor used since a stamp.</summary>
    public bool IsCold(PageId id, uint stamp) =>
        _fates[id.DirtyIndex].Pins == 0 && _pages[id.DirtyIndex].Stamp <= stamp;

    /// <summary>The stamp that a part of the pages, the coldest ones, do not exceed.</summary>
    public uint FindStamp(int coldest)
    {
        uint[] stamps = new uint[Count];
        int found = 0;
        foreach (ref DirtyPage page in _pages.AsSpan(0, _end))
            if (!page.Buffer.IsNone) stamps[found++] = page.Stamp;
        Array.Sort(stamps);
        return coldest == 0 ? 0 : stamps[coldest - 1];
    }

    public void Dispose()
    {
        for (int i = 0; i < _end; i++)
            if (!_pages[i].Buffer.IsNone) cache.Lent.Return(_fates[i].Frame);
        _end = 0;
        Count = 0;
        _unused.Clear();
        if (_pages.Length == 0) return;
        ArrayPool<DirtyPage>.Shared.Return(_pages);
        ArrayPool<Fate>.Shared.Return(_fates);
        _pages = [];
        _fates = [];
    }

    private void Enlarge()
    {
        Enlarge(ref _pages);
        Enlarge(ref _fates);
    }

    private void Enlarge<T>(ref T[] array)
    {
        if (array.Length > _end) return;
        T[] larger = ArrayPool<T>.Shared.Rent(_end * 2);
        array.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>What each put asks of every page on its way: small, to stay near.</summary>
    private struct DirtyPage
    {
        public PageBuffer Buffer;
        public int Level;
        public uint Stamp;
    }

    /// <summary>What is asked when a page comes, goes or is held.</summary>
    private struct Fate
    {
        public PageReference SealedAs;
        public int Frame;
        public int Pins;
        public int GivenUpAt;
    }
}
