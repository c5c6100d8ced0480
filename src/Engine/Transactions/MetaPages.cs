using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>Finds the intact meta pages of a file, whose page size is not known before.</summary>
internal static class MetaPages
{
    /// <summary>The intact meta pages, newest first.</summary>
    /// <exception cref="UnsupportedFormatException">
    /// No database, or of an unknown format.
    /// </exception>
    /// <exception cref="CorruptPageException">A database, but neither page is intact.</exception>
    public static List<MetaPage> Read(IStorageFile main, string path)
    {
        if (main.Length == 0)
        {
            throw new UnsupportedFormatException(path,
                "the file is empty; delete it to let a new database be created");
        }

        uint? claimed = null;
        string problem = "it does not start like a KvCow database";
        List<MetaPage> found = [];
        foreach (int size in PageLimits.PageSizes)
        {
            byte[] page = new byte[size];
            for (int slot = 0; slot < MetaPage.SlotCount; slot++)
            {
                int length = main.Read((long)slot * size, page);
                if (!MetaPage.HasMagic(page.AsSpan(0, length))) continue;
                (uint version, int pageBytes) = MetaPage.Claims(page);
                if (claimed != MetaPage.FormatVersion) claimed = version;
                if (length < size) continue;
                MetaPage? meta = MetaPage.TryRead(page, slot, out string reason);
                if (meta is not null) found.Add(meta);
                if (slot == 0 && pageBytes == size) problem = reason;
            }

            // Pages of one file have one size: what a smaller size made sense of is the answer.
            if (found.Count > 0) break;
        }

        if (found.Count > 0) return [.. found.OrderByDescending(static meta => meta.Id)];
        // A page of the tree that went astray may have taken both places.
        bool isOurs = claimed == MetaPage.FormatVersion
            || (claimed is null && IntactPages.Has(main));
        if (isOurs) throw new CorruptPageException(0, $"no meta page is intact ({problem})");
        throw new UnsupportedFormatException(path, claimed is null
            ? problem
            : $"format version {claimed} is not known to this version");
    }
}
