using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Changes what a branch knows of its children, in place.</summary>
internal readonly ref struct BranchPageWriter(Span<byte> page)
{
    private readonly Span<byte> _page = page;
    private readonly BranchLayout _layout = BranchLayout.Of(page);

    public void SetChild(int index, in PageReference child)
    {
        child.WriteIdentity(At(_layout.ChildrenOffset, index, PageReference.IdentitySize));
        WriteUInt64LittleEndian(At(_layout.CountsOffset, index, sizeof(ulong)), child.Count);
    }

    public void AddCount(int index, long delta)
    {
        Span<byte> place = At(_layout.CountsOffset, index, sizeof(ulong));
        WriteUInt64LittleEndian(place, ReadUInt64LittleEndian(place) + (ulong)delta);
    }

    private Span<byte> At(int array, int index, int size) =>
        _page.Slice(array + (index * size), size);
}
