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

        byte[] head = new byte[PageLimits.PageBytesMin]; // All pages begin alike.
        int headBytes = main.Read(0, head);
        bool hasMagic = MetaPage.HasMagic(head.AsSpan(0, headBytes));
        string problem = "it does not start like a KvCow database";
        List<MetaPage> found = [];
        for (int size = PageLimits.PageBytesMin; size <= PageLimits.PageBytesMax; size *= 2)
        {
            byte[] page = new byte[size];
            for (int slot = 0; slot < MetaPage.SlotCount; slot++)
            {
                if (main.Read((long)slot * size, page) < size) continue;
                MetaPage? meta = MetaPage.TryRead(page, slot, out string reason);
                if (meta is not null) found.Add(meta);
                hasMagic |= MetaPage.HasMagic(page);
                if (slot == 0 && hasMagic && MetaPage.Claims(page).PageBytes == size)
                    problem = reason;
            }

            // Pages of one file have one size: what a smaller size made sense of is the answer.
            if (found.Count > 0) break;
        }

        if (found.Count > 0) return [.. found.OrderByDescending(static meta => meta.Id)];
        if (hasMagic && MetaPage.Claims(head).Version == MetaPage.FormatVersion)
            throw new CorruptPageException(0, $"no meta page is intact ({problem})");
        throw new UnsupportedFormatException(path, hasMagic
            ? $"format version {MetaPage.Claims(head).Version} is not known to this version"
            : problem);
    }
}
