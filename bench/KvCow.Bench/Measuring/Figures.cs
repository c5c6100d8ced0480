namespace KvCow.Bench.Measuring;

/// <summary>Names of figures, as in the result files.</summary>
internal static class Figures
{
    public const string PerSecond = "perSecond";

    /// <summary>Microseconds of processor time.</summary>
    public const string CpuPerOperation = "cpuPerOperation";

    /// <summary>Managed bytes.</summary>
    public const string BytesPerOperation = "bytesPerOperation";
    public const string CommitsPerSecond = "commitsPerSecond";
    public const string FileBytes = "fileBytes";
    public const string CompactedBytes = "compactedBytes";
    public const string BeginNanoseconds = "beginEndNanoseconds";
    public const string BeginBytes = "beginEndBytes";
    public const string LockNanoseconds = "readerWriterLockNanoseconds";

    /// <summary>Microseconds of the first open and get in a new process.</summary>
    public const string FirstOpen = "firstOpenMicroseconds";

    /// <summary>Microseconds of an open and get when the code has run before.</summary>
    public const string LaterOpen = "laterOpenMicroseconds";
    public const string CleanOpen = "cleanOpenMicroseconds";
    public const string KilledOpen = "killedOpenMicroseconds";
    public const string FlushesPerCommit = "flushesPerCommit";
    public const string SynchronousWritesPerCommit = "synchronousWritesPerCommit";
}
