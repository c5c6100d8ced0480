namespace KvCow;

/// <summary>One call that waits to be done in a batch.</summary>
internal abstract class BatchedWrite(Durability durability)
{
    // The work runs on another thread, in the surroundings of its caller.
    private readonly ExecutionContext? _surroundings = ExecutionContext.Capture();
    private int _isTaken;
    private WriteTransaction? _transaction;

    public Durability Durability => durability;

    /// <summary>True for the one who has to end the call, by its work or by giving it up.
    /// </summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Does the work; what it throws comes through.</summary>
    public void Run(WriteTransaction transaction)
    {
        if (_surroundings is null)
        {
            Invoke(transaction);
            return;
        }

        _transaction = transaction;
        ExecutionContext.Run(_surroundings, static state =>
        {
            BatchedWrite write = (BatchedWrite)state!;
            write.Invoke(write._transaction!);
        }, this);
    }

    /// <summary>The commit is what was asked for: the call returns.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    protected abstract void Invoke(WriteTransaction transaction);
}

/// <summary>The same, with what the work returns.</summary>
internal sealed class BatchedWrite<T>(Func<WriteTransaction, T> work, Durability durability)
    : BatchedWrite(durability)
{
    private readonly TaskCompletionSource<T> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Complete() => _done.SetResult(_result!); // The work has set it.

    public override void Fail(Exception failure)
    {
        if (failure is OperationCanceledException cancelled)
            _done.SetCanceled(cancelled.CancellationToken);
        else
            _done.SetException(failure);
    }

    protected override void Invoke(WriteTransaction transaction) => _result = work(transaction);
}
