using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class PageSetTests
{
    private const int PageCount = 1000;

    [Theory, Seeds(20)]
    public void It_agrees_with_a_set_of_numbers(int seed)
    {
        Random random = new(seed);
        PageSet pages = new();
        SortedSet<uint> expected = [];
        for (int i = 0; i < 200; i++)
        {
            PageRun run = new((uint)random.Next(PageCount), (uint)random.Next(1, 150));
            uint[] numbers = [.. Enumerable.Range((int)run.Start, (int)run.Count)
                .Select(static page => (uint)page)];
            if (random.Next(2) == 0)
            {
                Assert.Equal(!expected.Overlaps(numbers), pages.Add(run));
                expected.UnionWith(numbers);
            }
            else
            {
                pages.Remove(run);
                expected.ExceptWith(numbers);
            }

            Assert.Equal(expected.Count, pages.Count);
            Assert.Equal(expected.Contains(run.Start), pages.Contains(run.Start));
        }

        List<PageRun> runs = pages.ToRuns();
        Assert.Equal(expected, runs.SelectMany(static run =>
            Enumerable.Range((int)run.Start, (int)run.Count).Select(static page => (uint)page)));
        for (int i = 1; i < runs.Count; i++) Assert.True(runs[i - 1].End < runs[i].Start);
        pages.Clear();
        Assert.Equal(0, pages.Count);
        Assert.Empty(pages.ToRuns());
    }
}
