using KvCow.Engine;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <content>Small changes of many callers, committed together.</content>
public sealed partial class Database
{
    /// <summary>
    /// Runs <paramref name="work"/> in a write transaction that it shares with other calls waiting
    /// at the same time: many small changes then cost little more than one. Each call is all or
    /// nothing by itself, sees what those before it did, and returns when the commit of all is as
    /// durable as asked for.
    /// </summary>
    /// <param name="work">
    /// Runs once, on any thread, with the execution context of the caller; must not be
    /// asynchronous. If it throws, only its own changes are undone and the call fails with its
    /// exception. The transaction is good until it returns, and commits by itself.
    /// </param>
    /// <param name="durability">
    /// What to wait for; null for <see cref="DatabaseOptions.Durability"/>.
    /// </param>
    /// <param name="ct">Heeded until the work begins; it is not run then.</param>
    /// <exception cref="RollbackOnlyException">
    /// The change of another call in the same transaction failed half-way, by a damaged page or a
    /// full device: the inner exception. Nothing of this call is stored; it can be tried again.
    /// </exception>
    /// <exception cref="HandleEndedException">The database was disposed.</exception>
    /// <exception cref="WriterTimeoutException">
    /// <see cref="DatabaseOptions.WriterTimeout"/> went by before the work began.
    /// </exception>
    /// <exception cref="DatabaseFullException">There is no room; it was rolled back.</exception>
    /// <exception cref="DatabaseFailedException">
    /// The device failed, now or earlier; whether a commit under way is there shows when the
    /// database is opened again.
    /// </exception>
    public Task BatchAsync(Action<WriteTransaction> work, Durability? durability = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return BatchAsync(
            transaction =>
            {
                work(transaction);
                return true;
            }, durability, ct);
    }

    /// <summary>The same; returns the work's result after the commit.</summary>
    /// <param name="work">As there.</param>
    /// <param name="durability">As there.</param>
    /// <param name="ct">As there.</param>
    public async Task<T> BatchAsync<T>(Func<WriteTransaction, T> work,
        Durability? durability = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ThrowIfAsynchronous<T>();
        if (durability is { } asked) DatabaseOptions.ThrowIfUnknown(asked);
        ct.ThrowIfCancellationRequested();
        BatchedWrite<T> write = new(work, durability ?? _store.Durability);
        using ITimer? timer = WriterTurn.StartTimer(_store.Options.TimeProvider,
            _store.Options.WriterTimeout, reason => GiveUp(write, reason));
        using CancellationTokenRegistration registration = ct.UnsafeRegister(
            static (state, token) => GiveUp(
                (BatchedWrite)state!, new OperationCanceledException(token)), write);
        _batches.Add(write);
        SyncPoints.Await(write.Done);
        return await write.Done.ConfigureAwait(false);
    }

    private static void GiveUp(BatchedWrite write, Exception reason)
    {
        if (write.TryTake()) write.Fail(reason);
    }
}
