using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class FreeListCheckpointTests : IDisposable
{
    private const int PageBytes = 4096;
    private const uint PageCount = 40_000;
    private static readonly TransactionId Birth = new(12);

    private readonly PageFile _file;

    public FreeListCheckpointTests()
    {
        IStorage storage = new SimulatedDisk().OpenStorage();
        IStorageFile main = storage.Open("", StorageOpening.WriteOrCreate);
        main.Grow((long)PageCount * PageBytes);
        _file = new PageFile(storage, main, PageBytes);
    }

    public void Dispose() => _file.Dispose();

    [Theory, Seeds(count: 6)]
    public void A_free_list_over_several_pages_comes_back(int seed)
    {
        Random random = new(seed);
        FreeMap free = NextMap(random);
        List<PageRun> runs = [.. free.Runs()];
        List<PageRun> places = [new(100, 1), new(200, 3), new(50, 6)];
        Assert.True(FreeListCheckpoint.PagesFor(runs.Count, PageBytes) <= 10);
        MetaPage meta = Meta(FreeListCheckpoint.Write(_file, places, free, Birth));
        Assert.Equal(10ul, meta.Checkpoint.Count);

        List<PageId> visited = [];
        Assert.Equal(runs, FreeListCheckpoint.TryRead(_file, meta, (id, _) => visited.Add(id)));
        Assert.Equal([100, 200, 201, 202, 50, 51, 52, 53, 54, 55],
            visited.Select(id => (int)id.Index));
    }

    [Theory, Seeds(count: 3)]
    public void The_pages_planned_suffice_when_each_of_them_divides_a_run(int seed)
    {
        Random random = new(seed);
        int capacity = FreeListPage.CapacityOf(PageBytes);
        foreach (int runs in new[] { 0, 1, capacity - 2, capacity - 1, capacity, 5 * capacity })
        {
            uint pages = FreeListCheckpoint.PagesFor(runs, PageBytes);
            Assert.True(pages * (long)capacity >= runs + pages + 1);
            Assert.InRange(pages, 1u, (uint)(runs / (capacity - 1) + 1 + random.Next(1)));
        }
    }

    [Fact]
    public void A_damaged_chain_is_refused_at_every_page()
    {
        FreeMap free = NextMap(new Random(1));
        List<PageRun> places = [new(50, 8)];
        MetaPage meta = Meta(FreeListCheckpoint.Write(_file, places, free, Birth));
        byte[] page = new byte[PageBytes];
        for (uint id = 50; id < 58; id++)
        {
            _file.Read(id, page);
            page[(int)id] ^= 0x10;
            _file.Write(id, page);
            Assert.Null(FreeListCheckpoint.TryRead(_file, meta));
            page[(int)id] ^= 0x10;
            _file.Write(id, page);
        }

        Assert.NotNull(FreeListCheckpoint.TryRead(_file, meta));
        PageReference head = meta.Checkpoint;
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Count = 7 })));
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Count = 9 })));
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Count = ulong.MaxValue })));
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Birth = new(11) })));
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Crc = head.Crc + 1 })));
        Assert.Null(FreeListCheckpoint.TryRead(_file, Meta(head with { Id = new(PageCount) })));
    }

    private static FreeMap NextMap(Random random)
    {
        FreeMap free = new();
        for (uint page = 1000; page < PageCount - 20; page += (uint)random.Next(6, 20))
            free.Add(new PageRun(page, (uint)random.Next(1, 5)));
        return free;
    }

    private static MetaPage Meta(PageReference checkpoint) => new()
    {
        DatabaseId = default,
        PageBytes = PageBytes,
        Id = Birth,
        PreviousId = new(11),
        PageCount = PageCount,
        CatalogRoot = PageReference.None,
        Checkpoint = checkpoint,
        LoggedThrough = Birth,
        PendingBytes = 0,
        PendingCrc = 0,
        InlineDeltas = default,
        Pages = default,
    };
}
