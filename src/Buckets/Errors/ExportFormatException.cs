namespace KvCow;

/// <summary>
/// The bytes to import are no export, or a damaged or shortened one, or of an unknown version.
/// </summary>
public sealed class ExportFormatException : DatabaseException
{
    internal ExportFormatException(long offset, string problem)
        : base($"The export is damaged at byte {offset}: {problem}. Export again, or import "
            + "another copy.")
    {
        Offset = offset;
        Problem = problem;
    }

    /// <summary>Where the block or record begins, in bytes from the start of the export.</summary>
    public long Offset { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
