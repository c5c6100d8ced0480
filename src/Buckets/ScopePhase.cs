namespace KvCow;

/// <summary>What a transaction still allows.</summary>
internal enum ScopePhase
{
    Live,

    /// <summary>A write failed half-way: nothing but a rollback makes sense.</summary>
    RollbackOnly,

    Ended,
}
