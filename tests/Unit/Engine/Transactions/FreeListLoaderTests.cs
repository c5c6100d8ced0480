using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class FreeListLoaderTests : IDisposable
{
    private const int PageBytes = 4096;
    private static readonly Guid DatabaseId = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private readonly PageFile _file;
    private readonly PendingFile _pending;

    public FreeListLoaderTests()
    {
        IStorage storage = new SimulatedDisk().OpenStorage();
        IStorageFile main = storage.Open("", StorageOpening.WriteOrCreate);
        main.Grow(1000 * PageBytes);
        _file = new PageFile(storage, main, PageBytes);
        _pending = new PendingFile(_file, DatabaseId);
    }

    public void Dispose()
    {
        _pending.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Deltas_apply_in_order_from_the_pending_log_and_then_the_meta_page()
    {
        MetaPage meta = Log(
            [Delta(1, 2, 64), Delta(2, 64, 64, taken: [new(2, 10)])],
            [Delta(3, 64, 100, taken: [new(90, 10)], freed: [new(4, 2)])]);
        FreeMap? free = FreeListLoader.TryLoad(_file, meta);
        Assert.NotNull(free);
        Assert.Equal([new PageRun(4, 2), new PageRun(12, 78)], free.Runs());
    }

    [Fact]
    public void A_file_cut_by_a_delta_ends_there()
    {
        MetaPage meta = Log([], [Delta(1, 2, 64), Delta(2, 64, 40, taken: [new(2, 4)])]);
        Assert.Equal([new PageRun(6, 34)], FreeListLoader.TryLoad(_file, meta)!.Runs());
    }

    public static TheoryData<string> Contradictions => [.. Cases.Keys];

    [Theory, MemberData(nameof(Contradictions))]
    public void A_log_that_contradicts_itself_is_refused(string name)
    {
        MetaPage meta = Log([], Cases[name]);
        Assert.Null(FreeListLoader.TryLoad(_file, meta));
    }

    [Fact]
    public void A_log_for_another_place_is_refused()
    {
        MetaPage meta = Log([Delta(1, 2, 64)], [Delta(2, 64, 64)]);
        Assert.NotNull(FreeListLoader.TryLoad(_file, meta));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { Id = new(3) }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { LoggedThrough = new(2) }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { PendingCrc = meta.PendingCrc + 1 }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { PendingBytes = 1 }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { PendingBytes = long.MaxValue }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { PageCount = 63 }));
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { DatabaseId = default }));
        PageReference nowhere = new(new PageId(5), 1, new(1), 1);
        Assert.Null(FreeListLoader.TryLoad(_file, meta with { Checkpoint = nowhere }));
    }

    [Fact]
    public void A_checkpoint_that_lists_pages_out_of_order_or_outside_is_refused()
    {
        MetaPage meta = Log([], [Delta(1, 2, 64)]);
        Assert.NotNull(Load(meta, [new(10, 5), new(20, 5)], []));
        Assert.NotNull(Load(meta, [new(10, 5)], [new(20, 5)]));
        Assert.Null(Load(meta, [new(20, 5), new(10, 5)], []));
        Assert.Null(Load(meta, [new(20, 5)], [new(10, 5)]));
        Assert.Null(Load(meta, [new(10, 5)], [new(14, 5)]));
        Assert.Null(Load(meta, [new(10, 5), new((uint)PageLimits.PageCountMax, 1)], []));
    }

    /// <summary>With a checkpoint of two pages as the whole of the free list.</summary>
    private FreeMap? Load(MetaPage meta, PageRun[] first, PageRun[] second)
    {
        PageReference next = WriteCheckpoint(new PageId(41), second, PageReference.None);
        return FreeListLoader.TryLoad(_file, meta with
        {
            Checkpoint = WriteCheckpoint(new PageId(40), first, next) with { Count = 2 },
            LoggedThrough = new(1),
            Id = new(1),
            InlineDeltas = default,
            PendingBytes = 0,
        });
    }

    private PageReference WriteCheckpoint(PageId id, PageRun[] runs, in PageReference next)
    {
        byte[] page = new byte[PageBytes];
        FreeListPage.Initialize(page, id, new(1));
        FreeListPage.SetNext(page, next.Id, next.Crc);
        foreach (PageRun run in runs) FreeListPage.Add(page, new PageId(run.Start), run.Count);
        PageReference written = new(id, PageChecksum.Seal(page), new(1), 1);
        _file.Write(id.Index, page);
        return written;
    }

    [Fact]
    public void A_log_of_a_file_beyond_all_measure_costs_no_memory()
    {
        uint most = (uint)PageLimits.PageCountMax;
        MetaPage meta = Log([], [Delta(1, 2, most), Delta(2, most, 64)]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(FreeListLoader.TryLoad(_file, meta));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory, Seeds(count: 20)]
    public void Changed_logs_load_as_a_map_of_the_file_or_not_at_all(int seed)
    {
        Random random = new(seed);
        MetaPage meta = Log([], [Delta(1, 2, 64), Delta(2, 64, 80, taken: [new(2, 20), new(50, 1)]),
            Delta(3, 80, 80, taken: [new(60, 4)], freed: [new(2, 3)])]);
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] deltas = meta.InlineDeltas.ToArray();
            for (int i = random.Next(1, 4); i > 0; i--)
                deltas[random.Next(deltas.Length)] = (byte)random.Next(256);
            FreeMap? free = FreeListLoader.TryLoad(_file, meta with { InlineDeltas = deltas });
            if (free is null) continue;
            Assert.Equal(0u, free.NextRun(80, 1).Count);
            Assert.True(free.IsAllUsed(new PageRun(0, MetaPage.SlotCount)));
        }
    }

    private static Dictionary<string, FreeListDelta[]> Cases { get; } = new()
    {
        ["taken though in use"] =
            [Delta(1, 2, 64), Delta(2, 64, 64, [new(5, 1)]), Delta(3, 64, 64, [new(5, 1)])],
        ["taken beyond the end"] = [Delta(1, 2, 64), Delta(2, 64, 64, taken: [new(60, 5)])],
        ["freed though free"] = [Delta(1, 2, 64), Delta(2, 64, 64, [], freed: [new(5, 1)])],
        ["freed beyond the end"] = [Delta(1, 2, 64), Delta(2, 64, 64, [], freed: [new(64, 1)])],
        ["a meta page freed"] = [Delta(1, 2, 64), Delta(2, 64, 64, [], freed: [new(1, 1)])],
        ["a meta page comes free by growth"] = [Delta(1, 1, 64)],
        ["cut off though in use"] =
            [Delta(1, 2, 64), Delta(2, 64, 64, [new(60, 1)]), Delta(3, 64, 40)],
        ["a gap in the chain"] = [Delta(1, 2, 64), Delta(3, 64, 64) with { Previous = new(2) }],
        ["page counts that do not meet"] = [Delta(1, 2, 64), Delta(2, 60, 64)],
        ["nothing at all"] = [],
    };

    private static FreeListDelta Delta(ulong id, uint before, uint after,
        List<PageRun>? taken = null, List<PageRun>? freed = null) =>
        new(new(id), new(id - 1), before, after, freed ?? [], taken ?? []);

    /// <summary>A commit whose log is these deltas, some pending and some inline.</summary>
    private MetaPage Log(FreeListDelta[] pending, FreeListDelta[] inline)
    {
        byte[] log = Encode(pending);
        if (log.Length > 0) _pending.Append(0, log);
        FreeListDelta? last = pending.Concat(inline).LastOrDefault();
        uint seed = PendingFile.SeedCrc(DatabaseId, PageReference.None);
        return new MetaPage
        {
            DatabaseId = DatabaseId,
            PageBytes = PageBytes,
            Id = last?.Id ?? new(1),
            PreviousId = TransactionId.None,
            PageCount = last?.PageCount ?? 64,
            CatalogRoot = PageReference.None,
            Checkpoint = PageReference.None,
            LoggedThrough = pending.LastOrDefault()?.Id ?? TransactionId.None,
            PendingBytes = log.Length,
            PendingCrc = Crc32C.Append(seed, log),
            InlineDeltas = Encode(inline),
            Pages = default,
        };
    }

    private static byte[] Encode(FreeListDelta[] deltas)
    {
        List<byte> bytes = [];
        foreach (FreeListDelta delta in deltas) delta.AppendTo(bytes);
        return [.. bytes];
    }
}
