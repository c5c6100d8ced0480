using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>The pages of the running change, by dirty index, in native memory.</summary>
internal sealed class DirtyPages(PagePool pool) : IDisposable
{
    private readonly List<PageBuffer> _pages = [];
    private readonly Stack<int> _unused = new();

    /// <summary>How many there are now.</summary>
    public int Count => _pages.Count - _unused.Count;

    public PageBuffer this[PageId id] => _pages[id.DirtyIndex];

    /// <summary>A page whose bytes are whatever was there before.</summary>
    public PageId Rent()
    {
        PageBuffer buffer = pool.Rent();
        if (_unused.TryPop(out int index))
        {
            _pages[index] = buffer;
        }
        else
        {
            index = _pages.Count;
            _pages.Add(buffer);
        }

        return PageId.Dirty(index);
    }

    public void Return(PageId id)
    {
        Debug.Assert(!_pages[id.DirtyIndex].IsNone, "a dirty page given back twice");
        pool.Return(_pages[id.DirtyIndex]);
        _pages[id.DirtyIndex] = default;
        _unused.Push(id.DirtyIndex);
    }

    public void Dispose()
    {
        foreach (PageBuffer page in _pages)
        {
            if (!page.IsNone) pool.Return(page);
        }

        _pages.Clear();
        _unused.Clear();
    }
}
