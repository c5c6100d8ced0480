using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>
/// Copies the pages of a snapshot to the places they have, zeros between them, and the list of what
/// is free behind them.
/// </summary>
internal sealed class VerbatimCopy(PageFile file, MetaPage meta, ReachedPages reached)
{
    private const int PagesPerRead = 64;

    /// <summary>Where the pages of the free list begin.</summary>
    public uint End => reached.End;

    public void CopyPages(PageSink sink)
    {
        byte[] zeros = new byte[file.PageBytes];
        byte[] pages = new byte[Math.Min(PagesPerRead, reached.End) * file.PageBytes];
        ulong sum = 0;
        for (uint next = MetaPage.SlotCount; next < reached.End;)
        {
            PageRun run = reached.Map.NextRun(next, PagesPerRead);
            while (next < run.Start)
            {
                sink.Append(zeros);
                next++;
            }

            int bytes = (int)run.Count * file.PageBytes;
            int read = file.Read(run.Start, pages.AsSpan(0, bytes)) / file.PageBytes;
            for (int i = 0; i < run.Count; i++, next++)
            {
                ReadOnlySpan<byte> page = pages.AsSpan(i * file.PageBytes, file.PageBytes);
                bool isSame = i < read && PageHeader.Id(page).Index == next
                    && PageChecksum.IsIntact(page);
                if (!isSame)
                    throw new CorruptPageException(next, "it changed while it was copied");
                sum += ReachedPages.Weigh(page);
                sink.Append(page);
            }
        }

        if (sum != reached.Sum)
            throw new CorruptPageException(0, "pages of the snapshot changed while it was copied");
    }

    /// <summary>
    /// Writes the free list behind the pages, each page naming the one before it: their order in
    /// the file is then that in which they are made. Returns the head of the chain.
    /// </summary>
    public PageReference WriteFreeList(PageSink sink)
    {
        byte[] page = new byte[file.PageBytes];
        PageReference head = PageReference.None;
        uint from = MetaPage.SlotCount;
        do
        {
            PageId id = sink.Next;
            FreeListPage.Initialize(page, id, meta.Id);
            FreeListPage.SetNext(page, head.Id, head.Crc);
            from = Fill(page, from);
            head = new PageReference(id, PageChecksum.Seal(page), meta.Id, head.Count + 1);
            sink.Append(page);
        }
        while (from < reached.End);
        return head;
    }

    /// <summary>Adds free runs until the page is full; returns where to go on.</summary>
    private uint Fill(byte[] page, uint from)
    {
        int capacity = FreeListPage.CapacityOf(file.PageBytes);
        while (from < reached.End && FreeListPage.Count(page) < capacity)
        {
            PageRun used = reached.Map.NextRun(from, uint.MaxValue);
            if (used.Start > from) FreeListPage.Add(page, new PageId(from), used.Start - from);
            from = used.End;
        }

        return from;
    }
}
