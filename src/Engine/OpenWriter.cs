using System.Diagnostics;

namespace KvCow;

/// <summary>Who has the writer's turn, and since when.</summary>
/// <param name="Since">When the write transaction began.</param>
/// <param name="ThreadId">Managed id of the thread it began on.</param>
/// <param name="ThreadName">Name of that thread, if it has one.</param>
/// <param name="ActivityId">Id of the activity (trace) it began in, if any.</param>
public sealed record OpenWriter(
    DateTimeOffset Since, int ThreadId, string? ThreadName, string? ActivityId)
{
    internal static OpenWriter OfThisThread(TimeProvider time) => new(
        time.GetUtcNow(),
        Environment.CurrentManagedThreadId,
        Thread.CurrentThread.Name,
        Activity.Current?.Id);
}
