using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace KvCow.Engine.Telemetry;

/// <summary>
/// The meter <c>KvCow</c>. Each measurement carries the file's path as <c>kvcow.path</c>. Without a
/// listener a counter costs one test of a field, and the gauges nothing: they are asked, not told.
/// </summary>
internal static class StoreMeter
{
    public const string Name = "KvCow";

    private static readonly Meter Meter = new(Name);
    private static readonly ConcurrentDictionary<StoreTelemetry, Func<StoreGauges?>> Open = [];

    public static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "kvcow.commits", "{commit}", "Commits made durable.");

    public static readonly Counter<long> PagesWritten = Meter.CreateCounter<long>(
        "kvcow.pages.written", "{page}", "Pages of trees written by commits.");

    public static readonly Histogram<int> GroupSize = Meter.CreateHistogram<int>(
        "kvcow.commit.group_size", "{commit}", "Commits made durable by one flush.");

    public static readonly Histogram<double> FlushDuration = Meter.CreateHistogram<double>(
        "kvcow.flush.duration", "s", "Time to write the meta page and flush.");

    public static readonly Counter<long> OverdueReaders = Meter.CreateCounter<long>(
        "kvcow.readers.overdue", "{reader}", "Readers found open for longer than the option says.");

    // Run for their effect: the meter keeps them.
    static StoreMeter()
    {
        Meter.CreateObservableCounter("kvcow.cache.hits", () => Each(g => g.CacheHits), "{page}",
            "Page reads served from memory.");
        Meter.CreateObservableCounter("kvcow.cache.misses", () => Each(g => g.CacheMisses),
            "{page}", "Page reads that went to the file.");
        Meter.CreateObservableGauge("kvcow.cache.size", () => Each(g => g.CacheBytes), "By",
            "Memory in use for committed pages.");
        Meter.CreateObservableGauge("kvcow.dirty.size", () => Each(g => g.DirtyBytes), "By",
            "Memory in use for changed pages.");
        Meter.CreateObservableGauge("kvcow.file.size", () => Each(g => g.FileBytes), "By",
            "Size of the file.");
        Meter.CreateObservableGauge("kvcow.pages.free", () => Each(g => g.FreePages), "{page}",
            "Pages that the next commit may use.");
        Meter.CreateObservableGauge("kvcow.pages.pending", () => Each(g => g.PendingPages),
            "{page}", "Pages replaced by commits, still read by an open transaction.");
        Meter.CreateObservableGauge("kvcow.readers.open", () => Each(g => (long)g.OpenReaders),
            "{reader}", "Read transactions open.");
        Meter.CreateObservableGauge("kvcow.readers.oldest_age",
            () => Each(g => g.OldestReaderAge.TotalSeconds), "s", "Age of the oldest reader.");
    }

    /// <summary>Shows a store's gauges until <see cref="Hide"/>.</summary>
    public static void Show(StoreTelemetry store, Func<StoreGauges?> gauges) =>
        Open[store] = gauges;

    public static void Hide(StoreTelemetry store) => Open.TryRemove(store, out _);

    private static IEnumerable<Measurement<T>> Each<T>(Func<StoreGauges, T> select)
        where T : struct
    {
        foreach ((StoreTelemetry store, Func<StoreGauges?> gauges) in Open)
        {
            if (gauges() is { } values)
                yield return new Measurement<T>(select(values), store.Tag);
        }
    }
}
