using System.Globalization;

namespace KvCow.Engine.Pages;

/// <summary>
/// The place of a page in the file, counted in pages; or, with the top bit set, the number of a
/// dirty page that has no place yet (places are chosen at commit).
/// </summary>
internal readonly record struct PageId(uint Index)
{
    private const uint DirtyBit = 0x8000_0000;

    /// <summary>No page. Page 0 is a meta page, which no reference ever names.</summary>
    public static readonly PageId None = new(0);

    public bool IsNone => Index == 0;

    public bool IsDirty => (Index & DirtyBit) != 0;

    /// <summary>Index of a dirty page in its transaction's table.</summary>
    public int DirtyIndex => (int)(Index & ~DirtyBit);

    public static PageId Dirty(int index) => new((uint)index | DirtyBit);

    public override string ToString() => IsDirty
        ? string.Create(CultureInfo.InvariantCulture, $"dirty {DirtyIndex}")
        : Index.ToString(CultureInfo.InvariantCulture);
}
