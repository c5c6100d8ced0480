using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Writes a long value to overflow pages at once: they are at their final place, and reachable only
/// when the transaction commits.
/// </summary>
internal sealed class ExtentWriter(PageFile file, Space space, TransactionId birth)
{
    private const int PagesPerWrite = 64;

    private byte[] _pages = [];

    public ExtentReference Write(ReadOnlySpan<byte> value)
    {
        int length = value.Length;
        PageRun run = Place(length);
        uint tag = NewTag();
        uint crc = 0;
        for (uint index = 0; index < run.Count; index += PagesPerWrite)
        {
            uint count = Math.Min(PagesPerWrite, run.Count - index);
            int bytes = (int)Math.Min(value.Length, (long)count * Payload);
            crc = WritePages(run, index, count, value[..bytes], tag, crc);
            value = value[bytes..];
        }

        return Reference(run, length, crc, tag);
    }

    public ExtentReference Write(Stream source, long length, CancellationToken ct)
    {
        PageRun run = Place(length);
        byte[] part = new byte[Math.Min(PagesPerWrite, run.Count) * Payload];
        uint tag = NewTag();
        uint crc = 0;
        try
        {
            long left = length;
            for (uint index = 0; index < run.Count; index += PagesPerWrite)
            {
                ct.ThrowIfCancellationRequested();
                uint count = Math.Min(PagesPerWrite, run.Count - index);
                int bytes = (int)Math.Min(left, part.Length);
                source.ReadExactly(part, 0, bytes);
                crc = WritePages(run, index, count, part.AsSpan(0, bytes), tag, crc);
                left -= bytes;
            }
        }
        catch
        {
            space.Untake(run);
            throw;
        }

        return Reference(run, length, crc, tag);
    }

    /// <summary>Copies a value to other pages, checking each page on the way.</summary>
    public ExtentReference Copy(in ExtentReference extent, PageRun place)
    {
        file.ThrowIfFailed();
        uint tag = NewTag();
        uint oldCrc = 0;
        uint crc = 0;
        for (uint index = 0; index < place.Count; index += PagesPerWrite)
        {
            uint count = Math.Min(PagesPerWrite, place.Count - index);
            Span<byte> pages = Room(count);
            ExtentReader.ReadPages(file, extent, index, pages);
            for (uint i = 0; i < count; i++)
            {
                Span<byte> page = pages.Slice((int)i * file.PageBytes, file.PageBytes);
                oldCrc = ExtentReader.AppendCrc(oldCrc, page);
                PageId id = new(place.Start + index + i);
                OverflowPage.Initialize(page, id, birth, tag, index + i);
                PageChecksum.Seal(page);
                crc = ExtentReader.AppendCrc(crc, page);
            }

            file.Write(place.Start + index, pages);
        }

        ExtentReader.CheckCrc(extent, oldCrc);
        return Reference(place, (long)extent.Length, crc, tag);
    }

    private int Payload => OverflowPage.PayloadBytes(file.PageBytes);

    private PageRun Place(long length)
    {
        file.ThrowIfFailed();
        return space.PlaceRun((uint)((length + Payload - 1) / Payload));
    }

    /// <summary>
    /// Any value that an earlier attempt at the same pages is unlikely to have had.
    /// </summary>
    private static uint NewTag() => (uint)Random.Shared.NextInt64(1L << 32);

    /// <summary>Pages to fill: most values need few, and a large array costs as if used.</summary>
    private Span<byte> Room(uint count)
    {
        int bytes = (int)count * file.PageBytes;
        if (_pages.Length < bytes) _pages = new byte[bytes];
        return _pages.AsSpan(0, bytes);
    }

    private uint WritePages(
        PageRun run, uint index, uint count, ReadOnlySpan<byte> value, uint tag, uint crc)
    {
        Span<byte> pages = Room(count);
        for (uint i = 0; i < count; i++)
        {
            Span<byte> page = pages.Slice((int)i * file.PageBytes, file.PageBytes);
            OverflowPage.Initialize(
                page, new PageId(run.Start + index + i), birth, tag, index + i);
            Span<byte> payload = OverflowPage.Payload(page);
            int part = Math.Min(payload.Length, value.Length);
            value[..part].CopyTo(payload);
            payload[part..].Clear();
            value = value[part..];
            PageChecksum.Seal(page);
            crc = ExtentReader.AppendCrc(crc, page);
        }

        file.Write(run.Start + index, pages);
        return crc;
    }

    private ExtentReference Reference(PageRun run, long length, uint crc, uint tag) =>
        new(new PageId(run.Start), run.Count, (ulong)length, birth, crc, tag);
}
