namespace KvCow;

/// <summary>The file is no KvCow database, or one of a format this version does not know.</summary>
public sealed class UnsupportedFormatException : DatabaseException
{
    internal UnsupportedFormatException(string path, string problem)
        : base($"'{path}' cannot be opened: {problem}.")
    {
    }
}
