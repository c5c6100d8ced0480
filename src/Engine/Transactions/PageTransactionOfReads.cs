using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <content>Pages as it sees them: its own dirty ones, and those of its base.</content>
internal sealed partial class PageTransaction
{
    public ReadOnlySpan<byte> Read(scoped in PageReference reference) => Locate(reference).Span;

    public ReadOnlySpan<byte> FindLeaf(
        scoped in PageReference root, ReadOnlySpan<byte> key, out PageReference leaf) =>
        TreeSearch.FindLeaf(new Reader(this), root, key, out leaf);

    public PageBuffer Locate(in PageReference reference) => reference.Id.IsDirty
        ? _dirty[reference.Id]
        : _parts.Cache.Locate(_slot, reference);

    public uint LocateChildren(
        Span<PageBuffer> pages, ReadOnlySpan<int> children, int level, int askedBytes) =>
        _parts.Cache.LocateChildren(_slot, pages, children, level, askedBytes);

    public PageBuffer Peek(PageId id) => id.IsDirty ? default : _parts.Cache.Peek(id);

    public PagePin Pin(in PageReference reference, bool isRead = true)
    {
        if (reference.Id.IsDirty)
        {
            _dirty.Pin(reference.Id);
            return new PagePin(_dirty[reference.Id], ~reference.Id.DirtyIndex);
        }

        PageBuffer buffer = _parts.Cache.Hold(
            _slot, reference, isRead, out int frame, out int place);
        return new PagePin(buffer, frame, place);
    }

    public void Unpin(in PagePin pin)
    {
        if (pin.IsNone) return;
        if (pin.Frame < 0) _dirty.Unpin(PageId.Dirty(~pin.Frame));
        else if (pin.Place == 0) _parts.Cache.Unpin(pin.Frame);
        else if (Volatile.Read(ref _ended) == 0) _slot.LetGo(pin.Place);
    }

    private readonly struct Reader(PageTransaction transaction) : IPageReader
    {
        public ReadOnlySpan<byte> Read(scoped in PageReference reference) =>
            transaction.Read(reference);
    }
}
