using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace KvCow.Micro;

/// <summary>A hit of the node cache, and of what could stand in its place.</summary>
public class CacheBenchmarks : IDisposable
{
    private SampleFile? _sample;
    private FileStorage? _storage;
    private IStorageFile? _file;
    private NodeCache? _cache;
    private ReaderSlot? _slot;
    private MemoryCache? _memoryCache;
    private ConcurrentDictionary<PageId, byte[]> _dictionary = [];
    private PageReference[] _references = [];
    private int _next;

    /// <summary>Few pages stay in the processor's cache, many do not.</summary>
    [Params(100, 40_000)]
    public int Pages { get; set; }

    [GlobalSetup]
    public void Load()
    {
        _sample = new SampleFile(Pages * 20);
        List<byte[]> pages = _sample.ReadPages(PageKind.Leaf);
        byte[][] shuffled = [.. pages];
        new Random(2).Shuffle(shuffled);
        _references = [.. shuffled.Take(Pages).Select(page => new PageReference(
            PageHeader.Id(page), PageHeader.Crc(page), PageHeader.Birth(page),
            (ulong)PageHeader.CellCount(page)))];
        _storage = new FileStorage(_sample.Path);
        _file = _storage.Open("", StorageOpening.ReadExisting);
        _cache = new NodeCache(_file, PageLimits.PageBytesDefault, 1L << 30);
        _slot = _cache.Slots.Claim();
        _memoryCache = new MemoryCache(new MemoryCacheOptions { SizeLimit = 1L << 30 });
        _dictionary = new ConcurrentDictionary<PageId, byte[]>();
        for (int i = 0; i < _references.Length; i++)
        {
            PageId id = _references[i].Id;
            _dictionary[id] = shuffled[i];
            _memoryCache.Set(id, shuffled[i], new MemoryCacheEntryOptions { Size = 4096 });
            ReadFromNodeCache();
        }
    }

    [Benchmark(Baseline = true)]
    public int ReadFromNodeCache()
    {
        PageReference reference = Next();
        _slot!.EnterOperation();
        int count = PageHeader.CellCount(_cache!.Read(_slot, reference));
        _slot.ExitOperation();
        return count;
    }

    [Benchmark]
    public int ReadFromMemoryCache() =>
        _memoryCache!.TryGetValue(Next().Id, out byte[]? page) ? PageHeader.CellCount(page) : 0;

    [Benchmark]
    public int ReadFromConcurrentDictionary() =>
        _dictionary.TryGetValue(Next().Id, out byte[]? page) ? PageHeader.CellCount(page) : 0;

    [GlobalCleanup]
    public void Dispose()
    {
        if (_slot is not null) _cache?.Slots.Release(_slot);
        _cache?.Dispose();
        _file?.Dispose();
        _storage?.Dispose();
        _memoryCache?.Dispose();
        _sample?.Dispose();
        GC.SuppressFinalize(this);
    }

    private PageReference Next()
    {
        _next = _next + 1 < _references.Length ? _next + 1 : 0;
        return _references[_next];
    }
}
