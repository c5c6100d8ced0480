using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class SpaceTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly SimulatedDisk _disk = new();
    private readonly FreeMap _free = new();
    private PageFile? _file;

    public void Dispose() => _file?.Dispose();

    [Fact]
    public void One_run_is_preferred_to_nearer_pieces()
    {
        Space space = Create(pageCount: 1000, new(10, 3), new(20, 3), new(500, 100));
        Assert.Equal([new PageRun(500, 40)], space.Place(40, freed: 0));
        Assert.Equal([new PageRun(540, 8)], space.Place(8, freed: 0));
        Assert.Equal(1000u, space.PageCount);
    }

    [Fact]
    public void A_page_of_the_redo_log_that_the_free_list_calls_used_stays_in_use()
    {
        Space space = Create(pageCount: 1000, new PageRun(10, 3));
        PageSet pages = new();
        pages.Add(new PageRun(8, 4));
        space.ReserveRedo(new RedoTail(new TransactionId(1), pages, new PageId(12)));
        Assert.Equal(1, _free.FreeCount);
        space.ReleaseRedo(pages.ToRuns());
        Assert.Equal([new PageRun(10, 3)], _free.Runs());
        Assert.Equal(3, _free.FreeCount);
    }

    [Fact]
    public void The_search_for_a_run_goes_round_the_file()
    {
        Space space = Create(pageCount: 1000, new(10, 50), new(500, 100));
        Assert.Equal([new PageRun(500, 90)], space.Place(90, freed: 0));
        Assert.Equal([new PageRun(10, 20)], space.Place(20, freed: 0));
    }

    [Fact]
    public void The_file_grows_rather_than_scatter_while_little_of_it_would_stay_free()
    {
        Space space = Create(pageCount: 1000, EverySecond(0, 400));
        PageRun run = Assert.Single(space.Place(20, freed: 0));
        Assert.Equal(new PageRun(1000, 20), run);
        Assert.True(space.PageCount > 1020);
        Assert.Equal((long)space.PageCount * PageBytes, _disk.LengthOf(""));
    }

    [Fact]
    public void With_much_free_space_scattered_pages_are_taken_in_the_order_of_a_cursor()
    {
        Space space = Create(pageCount: 1000, EverySecond(100, 980));
        List<PageRun> first = space.Place(5, freed: 0);
        Assert.Equal([100u, 102u, 104u, 106u, 108u], first.Select(run => run.Start));
        List<PageRun> second = space.Place(3, freed: 0);
        Assert.Equal([110u, 112u, 114u], second.Select(run => run.Start));
        Assert.Equal(1000u, space.PageCount);
        Assert.Equal(8, PageRun.Total(space.TakenRuns()));
    }

    [Fact]
    public void The_grown_tail_is_used_though_the_search_does_not_look_that_far()
    {
        // Holes only, so that every search fails, and more pages than one search looks at.
        const uint pages = 1_200_000;
        Space space = Create(pages, EverySecond(0, 1_000));
        PageRun run = Assert.Single(space.Place(64, freed: 0));
        Assert.Equal(pages, run.Start);
        uint grown = space.PageCount;
        Assert.Equal(new PageRun(pages + 64, 64), Assert.Single(space.Place(64, freed: 0)));
        Assert.Equal(grown, space.PageCount);
    }

    [Fact]
    public void The_reserve_is_for_those_who_free_as_much_as_they_take()
    {
        Space space = Create(pageCount: 1000, new PageRun(100, 40));
        _disk.CapacityBytes = 1000 * PageBytes;
        Assert.Throws<DatabaseFullException>(() => space.Place(20, freed: 19));
        Assert.Throws<DatabaseFullException>(() => space.PlaceRun(20));
        Assert.Equal((40, 0), space.Counts);
        Assert.Equal([new PageRun(100, 20)], space.Place(20, freed: 20));
        Assert.Equal([new PageRun(120, 8)], space.Place(8, freed: 8));
    }

    [Fact]
    public void A_full_device_gives_what_it_has_and_then_refuses_without_a_change()
    {
        Space space = Create(pageCount: 1000, new PageRun(100, 40));
        _disk.CapacityBytes = 1100 * PageBytes; // Not the whole step of growth.
        Assert.Equal(90u, space.PlaceRun(90).Count);
        uint count = space.PageCount;
        (long free, _) = space.Counts;
        Assert.Throws<DatabaseFullException>(() => space.PlaceRun(90));
        Assert.Equal(count, space.PageCount);
        Assert.Equal(free, space.Counts.Free);
        Assert.False(_file!.HasFailed);
        space.Rollback();
        Assert.Equal(free + 90, space.Counts.Free);
    }

    [Theory]
    [InlineData(nameof(DiskOperation.Grow), nameof(DiskFault.Error))]
    [InlineData(nameof(DiskOperation.Grow), nameof(DiskFault.HalfDone))]
    [InlineData(nameof(DiskOperation.Flush), nameof(DiskFault.Error))]
    public void A_failure_while_growing_is_final_and_takes_nothing(
        string operation, string fault)
    {
        Space space = Create(pageCount: 100, new PageRun(50, 10));
        _disk.Faults.Fail(
            Enum.Parse<DiskOperation>(operation), 1, Enum.Parse<DiskFault>(fault));
        Assert.Throws<DatabaseFailedException>(() => space.PlaceRun(60));
        Assert.True(_file!.HasFailed);
        Assert.Equal(100u, space.PageCount);
        Assert.Equal((10, 0), space.Counts);
        Assert.Empty(space.TakenRuns());
    }

    [Fact]
    public void The_tail_is_cut_and_comes_back_when_the_commit_is_refused()
    {
        Space space = Create(pageCount: 4000, new PageRun(1000, 3000));
        uint kept = space.CutTail(all: false);
        Assert.InRange(kept, 1000u, 2000u);
        Assert.Equal(kept, space.PageCount);
        Assert.Equal(3000 - (4000 - kept), space.Counts.Free);
        Assert.Equal(3000, space.Capture(new TransactionId(0)).Unreached.FreeCount);

        space.Rollback();
        Assert.Equal(4000u, space.PageCount);
        Assert.Equal(3000, space.Counts.Free);

        Assert.Equal(1000u, space.CutTail(all: true));
        Commit(space, new TransactionId(2), [], []);
        space.Rollback();
        Assert.Equal(1000u, space.PageCount);
        Assert.Equal(0, space.Counts.Free);
    }

    [Fact]
    public void Pages_placed_after_a_cut_may_lie_in_the_tail_again()
    {
        Space space = Create(pageCount: 4000, new PageRun(1000, 3000));
        space.CutTail(all: true);
        Assert.Equal([new PageRun(1000, 500)], space.Place(500, freed: 0));
        Assert.Equal(4000u, space.PageCount);
        Assert.Equal(1500u, space.CutTail(all: true));
        space.Rollback();
        Assert.Equal(3000, space.Counts.Free);
    }

    [Fact]
    public void A_short_tail_stays()
    {
        Space space = Create(pageCount: 4000, new PageRun(3500, 500));
        Assert.Equal(4000u, space.CutTail(all: false));
    }

    [Fact]
    public void Part_of_what_was_taken_can_be_given_back()
    {
        Space space = Create(pageCount: 1000, new PageRun(100, 200));
        PageRun run = space.PlaceRun(50);
        space.Untake(new PageRun(run.Start + 10, 5));
        Assert.Equal(155, space.Counts.Free);
        Assert.Equal([new PageRun(100, 10), new PageRun(115, 35)], space.TakenRuns());
        space.Rollback();
        Assert.Equal(200, space.Counts.Free);
    }

    [Fact]
    public void After_the_close_a_transaction_takes_and_gives_back_nothing()
    {
        Space space = Create(pageCount: 1000, new PageRun(100, 200));
        PageRun mine = space.PlaceRun(50);
        space.Close();
        Assert.Throws<HandleEndedException>(() => space.PlaceRun(1));
        Assert.Throws<HandleEndedException>(() => space.TryGrow(1));
        Assert.Throws<HandleEndedException>(() => space.TryPlaceRunBelow(1, 500));
        List<PageRun> last = space.Place(10, freed: 10);
        Assert.False(last.Exists(run => run.Start < mine.End && mine.Start < run.End));

        // The late end of the transaction must not free what the last commit has taken.
        space.Untake(mine);
        space.Rollback();
        Assert.Equal(140, space.Counts.Free);
        Assert.Equal(190, space.CopyFreeAndPending().FreeCount);
    }

    [Theory, Seeds(count: 10)]
    public void Every_page_is_free_pending_taken_or_in_use_whatever_happens(int seed)
    {
        Random random = new(seed);
        Space space = Create(pageCount: 500, new PageRun(2, 498));
        List<PageRun> used = [];
        ulong id = 1;
        for (int step = 0; step < 300; step++)
        {
            List<PageRun> taken = [];
            List<PageRun> freed = [.. used.Where(_ => random.Next(4) == 0)];
            for (int i = random.Next(4); i > 0; i--)
            {
                if (random.Next(2) == 0) taken.AddRange(space.Place((uint)random.Next(1, 60), 0));
                else taken.Add(space.PlaceRun((uint)random.Next(1, 60)));
            }

            space.CutTail(all: random.Next(8) == 0);
            if (random.Next(3) == 0)
            {
                space.Rollback();
            }
            else
            {
                Commit(space, new TransactionId(++id), freed, []);
                used = [.. used.Except(freed), .. taken];
            }

            if (random.Next(2) == 0) space.Release(new TransactionId(id));
            AssertDisjoint(space, used);
        }
    }

    private static void AssertDisjoint(Space space, List<PageRun> used)
    {
        FreeMap all = space.Capture(new TransactionId(0)).Unreached;
        Assert.Equal(space.PageCount, all.FreeCount + PageRun.Total(used) + MetaPage.SlotCount);
        foreach (PageRun run in used)
        {
            Assert.True(all.IsAllUsed(run));
            Assert.True(run.End <= space.PageCount);
            all.Add(run);
        }
    }

    private Space Create(uint pageCount, params PageRun[] free)
    {
        foreach (PageRun run in free) _free.Add(run);
        IStorage storage = _disk.OpenStorage();
        IStorageFile main = storage.Open("", StorageOpening.WriteOrCreate);
        main.Grow((long)pageCount * PageBytes);
        _file = new PageFile(storage, main, PageBytes);
        return new Space(_file, pageCount, _free, []);
    }

    private static PageRun[] EverySecond(uint start, uint end) =>
        [.. Enumerable.Range(0, (int)(end - start) / 2).Select(
            i => new PageRun(start + (2 * (uint)i), 1))];

    private static void Commit(
        Space space, TransactionId id, List<PageRun> freed, IReadOnlyList<PageRun> checkpoint)
    {
        space.Finish(id, freed, [], checkpoint);
        space.Publish(id);
    }
}
