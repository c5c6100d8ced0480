using System.Buffers;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Reads parts of long values, checking every overflow page on the way.</summary>
internal static class ExtentReader
{
    /// <summary>Pages read in one call: 256 KiB of 4 KiB pages.</summary>
    private const int PagesPerRead = 64;

    /// <summary>
    /// Reads from <paramref name="offset"/> until the destination is full or the value ends.
    /// </summary>
    public static int Read(
        PageFile file, in ExtentReference extent, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long length = (long)extent.Length;
        if (offset >= length || destination.IsEmpty) return 0;

        destination = destination[..(int)Math.Min(destination.Length, length - offset)];
        bool whole = offset == 0 && destination.Length == length;
        int payloadBytes = OverflowPage.PayloadBytes(file.PageBytes);
        uint index = (uint)(offset / payloadBytes);
        int skip = (int)(offset % payloadBytes);
        uint end = (uint)((offset + destination.Length + payloadBytes - 1) / payloadBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(end - index, PagesPerRead) * file.PageBytes);
        uint crc = 0;
        int done = 0;
        try
        {
            while (index < end)
            {
                uint count = Math.Min(end - index, PagesPerRead);
                Span<byte> pages = buffer.AsSpan(0, (int)count * file.PageBytes);
                ReadPages(file, extent, index, pages);
                for (int i = 0; i < count; i++)
                {
                    Span<byte> page = pages.Slice(i * file.PageBytes, file.PageBytes);
                    crc = AppendCrc(crc, page);
                    Span<byte> payload = OverflowPage.Payload(page)[skip..];
                    int part = Math.Min(payload.Length, destination.Length - done);
                    payload[..part].CopyTo(destination[done..]);
                    done += part;
                    skip = 0;
                }

                index += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (whole) CheckCrc(extent, crc);
        return done;
    }

    /// <summary>Holds the CRC over all pages of a value against its reference.</summary>
    public static void CheckCrc(in ExtentReference extent, uint crc)
    {
        if (crc != extent.Crc)
        {
            throw Corrupt(
                extent.First, "the pages of a long value are not those its leaf describes");
        }
    }

    /// <summary>Says what makes the reference impossible in a file of that many pages.</summary>
    public static string? FindShapeProblem(in ExtentReference extent, uint pageCount, int pageBytes)
    {
        if (extent.First.Index < MetaPage.SlotCount
            || (long)extent.First.Index + extent.PageCount > pageCount)
        {
            return "a long value reaches outside the file";
        }

        long payload = (long)extent.PageCount * OverflowPage.PayloadBytes(pageBytes);
        bool fits = extent.Length is > 0 and <= PageLimits.ValueBytesMax
            && payload >= (long)extent.Length
            && payload - (long)extent.Length < OverflowPage.PayloadBytes(pageBytes);
        return fits ? null : $"a long value of {extent.Length} bytes in {extent.PageCount} pages";
    }

    public static string? FindPageProblem(
        ReadOnlySpan<byte> page, in ExtentReference extent, uint index) =>
        OverflowPage.FindProblem(
            page, new PageId(extent.First.Index + index), extent.Birth, extent.Tag, index);

    /// <summary>Continues the CRC over the CRC fields of an extent's pages.</summary>
    public static uint AppendCrc(uint crc, ReadOnlySpan<byte> page) =>
        Crc32C.Append(crc, page[..sizeof(uint)]);

    /// <summary>Reads whole pages of a value and checks each.</summary>
    public static void ReadPages(
        PageFile file, in ExtentReference extent, uint index, Span<byte> pages)
    {
        int read = file.Read(extent.First.Index + index, pages);
        if (read < pages.Length)
        {
            uint missing = index + (uint)(read / file.PageBytes);
            throw Corrupt(new PageId(extent.First.Index + missing), "the file ends before it");
        }

        for (int at = 0; at < pages.Length; at += file.PageBytes)
        {
            Check(pages.Slice(at, file.PageBytes), extent, index + (uint)(at / file.PageBytes));
        }
    }

    private static void Check(ReadOnlySpan<byte> page, in ExtentReference extent, uint index)
    {
        string? problem = FindPageProblem(page, extent, index);
        if (problem is not null) throw Corrupt(new PageId(extent.First.Index + index), problem);
    }

    private static CorruptPageException Corrupt(PageId id, string problem) =>
        new(id.Index, problem);
}
