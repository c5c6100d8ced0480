using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class EarlyFlushTests
{
    private const int PageBytes = 4096;
    private const uint PagesPerPart = EarlyFlush.PartBytes / PageBytes;

    [Fact]
    public void What_is_written_in_a_row_is_due_in_parts_that_follow_each_other()
    {
        EarlyFlush early = new(PageBytes);
        uint begun = 100;
        for (uint next = 100; next < 100 + (3 * PagesPerPart); next += 128)
        {
            PageRun due = early.Add(new PageRun(next, 128));
            if (due.Count == 0) continue;
            Assert.Equal(begun, due.Start);
            Assert.Equal(PagesPerPart, due.Count);
            Assert.Equal(next + 128, due.End);
            begun = due.End;
        }

        Assert.Equal(100 + (3 * PagesPerPart), begun);
    }

    [Fact]
    public void What_lies_apart_and_is_small_is_never_due()
    {
        EarlyFlush early = new(PageBytes);
        for (uint part = 0; part < 10; part++)
        {
            PageRun first = new(5 + (part * 2 * PagesPerPart), PagesPerPart / 2);
            Assert.Equal(0u, early.Add(first).Count);
            Assert.Equal(0u, early.Add(new PageRun(first.End, first.Count - 1)).Count);
        }
    }

    [Fact]
    public void A_part_begins_behind_what_was_written_elsewhere()
    {
        EarlyFlush early = new(PageBytes);
        Assert.Equal(0u, early.Add(new PageRun(10, PagesPerPart - 1)).Count);
        PageRun due = early.Add(new PageRun(50_000, PagesPerPart));
        Assert.Equal(new PageRun(50_000, PagesPerPart), due);
    }
}
