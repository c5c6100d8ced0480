namespace KvCow.Engine.Pages;

/// <summary>Seals and checks the CRC-32C that every page carries.</summary>
internal static class PageChecksum
{
    /// <summary>Computes the page's CRC, stores it in the header and returns it.</summary>
    public static uint Seal(Span<byte> page)
    {
        uint crc = Crc32C.Compute(page[sizeof(uint)..]);
        PageHeader.SetCrc(page, crc);
        return crc;
    }

    public static bool IsIntact(ReadOnlySpan<byte> page) =>
        Crc32C.Compute(page[sizeof(uint)..]) == PageHeader.Crc(page);
}
