using System.Diagnostics.CodeAnalysis;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>What buckets need of their transaction, whichever kind it is.</summary>
internal abstract class TransactionScope(IPageSource source, StoreLife life)
{
    private HashSet<IScopedHandle>? _handles;
    private Exception? _failure;

    public IPageSource Source { get; } = source;

    /// <summary>The database's: it may be closed under any transaction.</summary>
    public StoreLife Life { get; } = life;

    public int KeyBytesMax { get; } = PageLimits.KeyBytesMax(source.PageBytes);

    public int InlineBytesMax { get; } = PageLimits.InlineBytesMax(source.PageBytes);

    public ScopePhase Phase { get; private set; }

    /// <summary>
    /// Rises when a read transaction goes to another snapshot: what was read before is outdated.
    /// </summary>
    public int Generation { get; protected set; }

    /// <summary>Rises when a part of a batch ends: its handles have ended.</summary>
    public int Part { get; private set; }

    /// <summary>Root of the catalog of top-level buckets, as the transaction began.</summary>
    public abstract PageReference CatalogRoot { get; }

    /// <summary>Callbacks of the user that hold a span of a page at this moment.</summary>
    public int RunningCallbacks { get; set; }

    /// <summary>True after the end of the engine's transaction, or of the whole database.</summary>
    public abstract bool IsSourceEnded { get; }

    public abstract int ReadExtent(
        in ExtentReference extent, long offset, Span<byte> destination);

    /// <summary>Begins an operation; throws if the transaction cannot serve it.</summary>
    public void Enter()
    {
        if (Phase != ScopePhase.Live) ThrowNotLive();
        Source.Enter();
    }

    public void Exit() => Source.Exit();

    /// <summary>For what reads pinned bytes without an operation.</summary>
    public void ThrowIfNotLive()
    {
        if (Phase != ScopePhase.Live || IsSourceEnded) ThrowNotLive();
    }

    public void Add(IScopedHandle handle) => (_handles ??= []).Add(handle);

    public void Remove(IScopedHandle handle) => _handles?.Remove(handle);

    /// <summary>Ends everything handed out. The transaction itself is ended by its owner.</summary>
    public void End()
    {
        Phase = ScopePhase.Ended;
        ReleaseHandles();
    }

    /// <summary>Ends everything handed out to one call of a batch.</summary>
    public void EndPart()
    {
        Part++;
        ReleaseHandles();
    }

    /// <summary>
    /// What to throw for a transaction that is good for nothing but a rollback. With the database
    /// gone that is no news, and a new transaction would not help.
    /// </summary>
    public Exception RollbackOnly(Exception cause) => Life.IsOver
        ? HandleEndedException.OfDatabase()
        : new RollbackOnlyException((cause as RollbackOnlyException)?.InnerException ?? cause);

    /// <summary>After a failure half-way: nothing is read or written any more.</summary>
    protected void Fail(Exception cause)
    {
        if (Phase != ScopePhase.Live) return;
        _failure = cause;
        Phase = ScopePhase.RollbackOnly;
        ReleaseHandles();
    }

    protected void ReleaseHandles()
    {
        if (_handles is not { } handles) return;
        _handles = null;
        foreach (IScopedHandle handle in handles) handle.Release();
    }

    [DoesNotReturn]
    private void ThrowNotLive() => throw (Phase == ScopePhase.RollbackOnly
        ? RollbackOnly(_failure!) // Set before the phase.
        : Ended.Transaction());
}
