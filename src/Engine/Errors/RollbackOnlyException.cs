namespace KvCow;

/// <summary>
/// An earlier operation of this write transaction failed half-way, so it can only be rolled back.
/// </summary>
public sealed class RollbackOnlyException : DatabaseException
{
    internal RollbackOnlyException(Exception cause)
        : base("An earlier operation of this transaction failed "
            + $"({cause.Message}); it can only be rolled back. Begin a new one.", cause)
    {
    }
}
