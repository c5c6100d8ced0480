using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>Copies long values to new places, page by page, checking every page.</summary>
internal sealed class ExtentCopy(PageFile file, uint pageCount, PageSink sink, TransactionId birth)
{
    private const int PagesPerRead = 64;

    private byte[] _pages = [];

    public ExtentReference Copy(in ExtentReference extent)
    {
        string? shape = ExtentReader.FindShapeProblem(extent, pageCount, file.PageBytes);
        if (shape is not null) throw new CorruptPageException(extent.First.Index, shape);

        int bytesPerRead = (int)Math.Min(PagesPerRead, extent.PageCount) * file.PageBytes;
        if (_pages.Length < bytesPerRead) _pages = new byte[bytesPerRead];
        PageId first = sink.Next;
        uint oldCrc = 0;
        uint newCrc = 0;
        for (uint index = 0; index < extent.PageCount; index += PagesPerRead)
        {
            int count = (int)Math.Min(PagesPerRead, extent.PageCount - index);
            Span<byte> pages = _pages.AsSpan(0, count * file.PageBytes);
            int read = file.Read(extent.First.Index + index, pages) / file.PageBytes;
            for (int i = 0; i < count; i++)
            {
                Span<byte> page = pages.Slice(i * file.PageBytes, file.PageBytes);
                uint at = index + (uint)i;
                string? problem = i < read
                    ? ExtentReader.FindPageProblem(page, extent, at)
                    : "the file ends before it";
                if (problem is not null)
                    throw new CorruptPageException(extent.First.Index + at, problem);

                oldCrc = ExtentReader.AppendCrc(oldCrc, page);
                PageHeader.SetIdentity(page, sink.Next, birth);
                PageChecksum.Seal(page);
                newCrc = ExtentReader.AppendCrc(newCrc, page);
                sink.Append(page);
            }
        }

        if (oldCrc != extent.Crc)
        {
            throw new CorruptPageException(extent.First.Index,
                "the pages of a long value are not those its leaf describes");
        }

        return extent with { First = first, Birth = birth, Crc = newCrc };
    }
}
