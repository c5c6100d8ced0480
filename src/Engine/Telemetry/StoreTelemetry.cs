using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KvCow.Engine.Telemetry;

/// <summary>Tells the listeners, if any, what one store does. Safe for any thread.</summary>
internal sealed class StoreTelemetry(string path, ILogger logger) : IDisposable
{
    public const string PathTag = "kvcow.path";

    /// <summary>Category of the log lines.</summary>
    public const string LogCategory = "KvCow";

    public static StoreTelemetry None { get; } = new("", NullLogger.Instance);

    public KeyValuePair<string, object?> Tag { get; } = new(PathTag, path);

    public ILogger Logger => logger;

    public string Path => path;

    public static StoreTelemetry Create(string path, ILoggerFactory? factory) => new(
        path, factory?.CreateLogger(LogCategory) ?? (ILogger)NullLogger.Instance);

    public void Show(Func<StoreGauges?> gauges) => StoreMeter.Show(this, gauges);

    public Activity? Start(string name) => StoreActivities.Start(name, path);

    /// <summary>A group of commits became durable by one flush, begun at a tick count.</summary>
    public void Committed(ulong newest, int groupSize, long startTimestamp)
    {
        if (StoreMeter.Commits.Enabled) StoreMeter.Commits.Add(groupSize, Tag);
        if (StoreMeter.GroupSize.Enabled) StoreMeter.GroupSize.Record(groupSize, Tag);
        if (StoreMeter.FlushDuration.Enabled)
        {
            StoreMeter.FlushDuration.Record(
                Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds, Tag);
        }

        logger.Committed(path, newest, groupSize);
    }

    public void PagesWritten(int count)
    {
        if (StoreMeter.PagesWritten.Enabled) StoreMeter.PagesWritten.Add(count, Tag);
    }

    public void ReaderOverdue(TimeSpan age, ulong transactionId, long pendingPages)
    {
        StoreMeter.OverdueReaders.Add(1, Tag);
        logger.ReaderOverdue(path, age, transactionId, pendingPages);
    }

    public void Dispose() => StoreMeter.Hide(this);
}
