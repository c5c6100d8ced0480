namespace KvCow;

/// <summary>Base of every failure that KvCow itself reports.</summary>
public abstract class DatabaseException : Exception
{
    private protected DatabaseException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
