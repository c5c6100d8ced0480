namespace KvCow;

/// <summary>The writer's turn did not come within the time allowed.</summary>
public sealed class WriterTimeoutException : DatabaseException
{
    internal WriterTimeoutException(TimeSpan waited)
        : base($"Another write transaction was still open after {waited.TotalSeconds:0.###} s. "
            + "Commit or dispose it sooner, or raise DatabaseOptions.WriterTimeout.")
    {
    }
}
