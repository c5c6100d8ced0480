using System.Diagnostics;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;
using KvCow.Tests.Support.Telemetry;
using Microsoft.Extensions.Logging;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>What a database tells loggers, meters and tracers.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly ManualTime _time = new();
    private readonly SimulatedDisk _disk = new() { Path = $"telemetry-{Guid.NewGuid():N}" };

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Open_commit_and_close_are_logged()
    {
        using (Database database = Open()) PutOne(database);
        Assert.Equal([1, 8, 9],
            from line in _log.All where line.Event is not (6 or 7) select line.Event);
        Assert.All(_log.All, line => Assert.Equal("KvCow", line.Category));
        Assert.All(_log.All, line => Assert.Contains(_disk.Path, line.Text));
    }

    [Fact]
    public void An_unclean_stop_is_logged_as_a_warning()
    {
        using Database database = Open();
        PutOne(database);
        using Database after = Open(_disk.Fork());
        Assert.Contains(_log.All, line => line is { Level: LogLevel.Warning, Event: 2 });
    }

    [Fact]
    public void A_failed_flush_is_logged_once_as_critical()
    {
        using Database database = Open();
        PutOne(database);
        _disk.Faults.Fail(DiskOperation.Flush, number: 1);
        Assert.Throws<DatabaseFailedException>(() => PutOne(database));
        Assert.Throws<DatabaseFailedException>(() => PutOne(database));
        Assert.Single(_log.All, line => line is { Level: LogLevel.Critical, Event: 4 });
    }

    [Fact]
    public void A_reader_open_for_too_long_is_reported_once()
    {
        using Database database = Open();
        PutOne(database);
        using MeterReadings meter = new(database.Path);
        using ReadTransaction reader = database.BeginRead();
        _time.Advance(TimeSpan.FromSeconds(59));
        PutOne(database);
        Assert.DoesNotContain(_log.All, line => line.Event == 5);

        _time.Advance(TimeSpan.FromSeconds(2));
        PutOne(database);
        PutOne(database);
        (_, LogLevel level, _, string text) = Assert.Single(_log.All, line => line.Event == 5);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"commit {reader.Id};", text);
        Assert.Contains("00:01:01", text);
        Assert.Equal([1.0], meter.Of("kvcow.readers.overdue"));
    }

    [Fact]
    public void The_meter_tells_commits_pages_and_gauges()
    {
        using Database database = Open();
        using MeterReadings meter = new(database.Path);
        PutOne(database);
        PutOne(database);
        using ReadTransaction reader = database.BeginRead();
        PutOne(database);
        _time.Advance(TimeSpan.FromSeconds(7));
        meter.Observe();
        DatabaseStatistics figures = database.GetStatistics();

        Assert.Equal(3, meter.Of("kvcow.commits").Sum());
        Assert.Equal([1.0, 1.0, 1.0], meter.Of("kvcow.commit.group_size"));
        Assert.Equal(3, meter.Of("kvcow.flush.duration").Length);
        Assert.True(meter.Of("kvcow.pages.written").Sum() >= 3 * 2);
        Assert.Equal([7.0], meter.Of("kvcow.readers.oldest_age"));
        Assert.Equal([1.0], meter.Of("kvcow.readers.open"));
        AssertGauge(figures.FreePages, "kvcow.pages.free");
        AssertGauge(figures.PendingPages, "kvcow.pages.pending");
        AssertGauge(figures.FileBytes, "kvcow.file.size");
        AssertGauge(figures.CacheBytes, "kvcow.cache.size");
        AssertGauge(figures.CacheHits, "kvcow.cache.hits");
        AssertGauge(figures.CacheMisses, "kvcow.cache.misses");
        AssertGauge(figures.DirtyBytes, "kvcow.dirty.size");

        void AssertGauge(long expected, string instrument) =>
            Assert.Equal([expected], meter.Of(instrument));
    }

    [Fact]
    public void A_closed_database_is_no_longer_measured()
    {
        Database database = Open();
        using MeterReadings meter = new(database.Path);
        database.Dispose();
        meter.Observe();
        Assert.Empty(meter.Of("kvcow.file.size"));
    }

    [Fact]
    public async Task Open_commit_and_verify_are_spans()
    {
        List<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        using Activity test = new Activity("test").Start();
        using Database database = Open();
        PutOne(database);
        await database.WriteAsync(tx =>
        {
            tx.OpenBucket("b").Put("k"u8, "w"u8);
            return ValueTask.CompletedTask;
        });
        Assert.True(database.Verify().IsSound);
        _disk.Faults.Fail(DiskOperation.Flush, number: 1);
        Assert.Throws<DatabaseFailedException>(() => PutOne(database));

        // Other tests run beside this one: only spans under this test's are its own.
        Activity[] own;
        lock (spans) own = [.. spans.Where(span => span.TraceId == test.TraceId)];
        Assert.Equal(
            ["kvcow.open", "kvcow.commit", "kvcow.commit", "kvcow.verify", "kvcow.commit"],
            own.Select(span => span.OperationName));
        Assert.Equal(ActivityStatusCode.Error, own[^1].Status);
        Assert.All(own[..^1], span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        Assert.All(own, span => Assert.Equal(database.Path, span.GetTagItem("kvcow.path")));
    }

    [Fact]
    public async Task Spans_of_what_fails_say_so()
    {
        List<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        using Activity test = new Activity("test").Start();
        using Database database = Open();
        Assert.Throws<DatabaseLockedException>(() => Database.Open(_disk.OpenStorage(2),
            new StoreOptions { LockTimeout = TimeSpan.Zero }));
        PutOne(database);
        _disk.Faults.Fail(DiskOperation.Flush, number: 1);
        await Assert.ThrowsAsync<DatabaseFailedException>(async () =>
            await database.WriteAsync(static tx =>
            {
                tx.OpenBucket("b").Put("k"u8, "w"u8);
                return ValueTask.CompletedTask;
            }));
        Activity[] own;
        lock (spans) own = [.. spans.Where(span => span.TraceId == test.TraceId)];
        Assert.Equal(["kvcow.open", "kvcow.open", "kvcow.commit", "kvcow.commit"],
            own.Select(static span => span.OperationName));
        Assert.Equal([false, true, false, true],
            own.Select(static span => span.Status == ActivityStatusCode.Error));
    }

    private static ActivityListener Listen(List<Activity> spans)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == "KvCow",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllData,
            ActivityStopped = span => { lock (spans) spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    [Fact]
    public void Statistics_tell_who_writes_and_since_when()
    {
        using Database database = Open();
        Assert.Null(database.GetStatistics().Writer);
        using Activity activity = new Activity("import").Start();
        using (WriteTransaction tx = database.BeginWrite())
        {
            _time.Advance(TimeSpan.FromMinutes(3));
            DatabaseStatistics figures = database.GetStatistics();
            Assert.Equal(Environment.CurrentManagedThreadId, figures.Writer!.ThreadId);
            Assert.Equal(activity.Id, figures.Writer.ActivityId);
            Assert.Equal(TimeSpan.FromMinutes(3), figures.WriterAge);
            Assert.Equal(0, figures.OpenReaders);
        }

        Assert.Null(database.GetStatistics().Writer);
        Assert.Null(database.GetStatistics().WriterAge);
    }

    private Database Open(SimulatedDisk? disk = null) => Database.Open(
        (disk ?? _disk).OpenStorage(),
        new StoreOptions { LoggerFactory = _log, TimeProvider = _time, CacheBytes = 1 << 20 });

    private static void PutOne(Database database) =>
        database.Write(tx => tx.OpenOrCreateBucket("b").Put("k"u8, "v"u8));
}
