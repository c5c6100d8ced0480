using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Reads a long value from its pages, forwards.</summary>
internal sealed class ExtentStream(PageFile file, ExtentReference extent) : ForwardStream
{
    private long _offset;

    /// <summary>What is wrong with the pages of a value, and where; null if it is whole.</summary>
    public static (PageId Page, string Problem)? FindProblem(
        PageFile file, in ExtentReference extent, uint pageCount, byte[] page)
    {
        string? problem = ExtentReader.FindShapeProblem(extent, pageCount, file.PageBytes);
        if (problem is not null) return (extent.First, problem);
        uint crc = 0;
        for (uint i = 0; i < extent.PageCount; i++)
        {
            PageId id = new(extent.First.Index + i);
            problem = file.TryRead(id, page)
                ? ExtentReader.FindPageProblem(page, extent, i)
                : "the file ends before it";
            if (problem is not null) return (id, problem);
            crc = ExtentReader.AppendCrc(crc, page);
        }

        return crc == extent.Crc
            ? null
            : (extent.First, "the pages of a long value are not those its leaf describes");
    }

    public override int Read(Span<byte> buffer)
    {
        int read = ExtentReader.Read(file, extent, _offset, buffer);
        _offset += read;
        return read;
    }
}
