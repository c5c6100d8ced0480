namespace KvCow.Engine.Pages;

/// <summary>What a page holds; the byte at <see cref="PageHeader.KindOffset"/>.</summary>
internal enum PageKind : byte
{
    Meta = 1,
    Branch = 2,
    Leaf = 3,
    Overflow = 4,
    FreeList = 5,
    Redo = 6,
}
