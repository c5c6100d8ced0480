using System.Numerics;

namespace KvCow.Engine.Pages;

/// <summary>Every bound of the file format, with its reason.</summary>
internal static class PageLimits
{
    /// <summary>Smallest page: the usual unit of the operating system's page cache.</summary>
    public const int PageBytesMin = 4096;

    /// <summary>Largest page: the most that 16-bit cell offsets can address.</summary>
    public const int PageBytesMax = 65536;

    /// <summary>
    /// Default page size. Larger pages gain nothing in look-ups and cost more per commit
    /// (measured: 4 to 16 KiB within noise on reads, a copy per changed leaf on writes).
    /// </summary>
    public const int PageBytesDefault = 4096;

    /// <summary>
    /// Most pages of one file: the top bit of a page id marks dirty pages. 8 TiB at 4 KiB.
    /// </summary>
    public const long PageCountMax = 0x7FFF_FFFF;

    /// <summary>Most bytes of a value: the longest .NET array or span.</summary>
    public const long ValueBytesMax = 0x7FFF_FFC7;

    /// <summary>
    /// Most levels of a tree. With a fan-out of at least 3 nothing in 2^31 pages is deeper than 20;
    /// a deeper page is damage, and the bound keeps walks over hostile files finite.
    /// </summary>
    public const int TreeLevelsMax = 32;

    /// <summary>
    /// Longest key for a page size, in bytes: a quarter page, so that three cells of any key with a
    /// reference as their value always fit, and a full page can always be split.
    /// </summary>
    public static int KeyBytesMax(int pageBytes) => pageBytes / 4;

    /// <summary>
    /// Most bytes of key and value together in a leaf cell. A longer value goes to overflow pages.
    /// Room for a bucket record beside the longest key sets it.
    /// </summary>
    public static int InlineBytesMax(int pageBytes) => KeyBytesMax(pageBytes) + BucketRecord.Size;

    /// <summary>Every size that a page can have, the smallest first.</summary>
    public static IEnumerable<int> PageSizes
    {
        get
        {
            for (int bytes = PageBytesMin; bytes <= PageBytesMax; bytes *= 2) yield return bytes;
        }
    }

    /// <summary>Whole pages of so many bytes, as far as pages have ids.</summary>
    public static uint PageCountOf(long fileBytes, int pageBytes) =>
        (uint)Math.Min(fileBytes / pageBytes, PageCountMax);

    public static bool IsPageSize(long bytes) =>
        bytes is >= PageBytesMin and <= PageBytesMax && BitOperations.IsPow2(bytes);
}
