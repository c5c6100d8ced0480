using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Pages that are intact by themselves: what a file is known by when no meta page tells whose it is
/// and what size its pages have.
/// </summary>
internal static class IntactPages
{
    /// <summary>Pages of each size that are looked at to tell a database from another file.
    /// </summary>
    private const uint Sample = 256;

    /// <summary>The size of page that most of the file is intact in; 0 if none is.</summary>
    public static int FindPageBytes(IStorageFile main)
    {
        int bestBytes = 0;
        long best = 0;
        foreach (int bytes in PageLimits.PageSizes)
        {
            long intact = bytes
                * (long)Enumerate(main, bytes, uint.MaxValue, isInPlace: true).Count();
            if (intact <= best) continue;
            best = intact;
            bestBytes = bytes;
        }

        return bestBytes;
    }

    /// <summary>
    /// Whether one of the first pages is intact in any size, be it where it belongs or not: a write
    /// that went astray may have taken the place of all that told whose the file is.
    /// </summary>
    public static bool Has(IStorageFile main) => PageLimits.PageSizes.Any(
        bytes => Enumerate(main, bytes, Sample, isInPlace: false).Any());

    private static IEnumerable<uint> Enumerate(
        IStorageFile main, int pageBytes, uint countMax, bool isInPlace)
    {
        byte[] page = new byte[pageBytes];
        uint count = Math.Min(PageLimits.PageCountOf(main.Length, pageBytes), countMax);
        for (uint place = isInPlace ? MetaPage.SlotCount : 0; place < count; place++)
        {
            if (main.Read((long)place * pageBytes, page) != pageBytes) yield break;
            bool isMeant = !isInPlace || PageHeader.Id(page).Index == place;
            if (isMeant && PageChecksum.IsIntact(page)) yield return place;
        }
    }
}
