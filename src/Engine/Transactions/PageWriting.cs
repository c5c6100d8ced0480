using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Writes the pages of commits that the redo log has told, and then the meta page that names them,
/// while further commits are told. In steps, because a flush of those commits waits for all that
/// the file has in the device's queue.
/// </summary>
/// <remarks>
/// On a thread of its own, unless whoever waits for it is there first; or, where an order of
/// events is to be repeated, step by step on the thread that flushes.
/// </remarks>
/// <param name="parts">Of the store.</param>
/// <param name="flush">Ends it.</param>
/// <param name="next">The meta page; the pages that it names are taken out already.</param>
internal sealed class PageWriting(StoreParts parts, CommitFlush flush, MetaPage next)
{
    /// <summary>Pages of a step when commits wait for the end.</summary>
    private const int PagesPerLongStep = 1024;

    private readonly TaskCompletionSource _done = new();
    private IStorageFile? _other;
    private bool _isAwaited;
    private bool _hasBegun;
    private bool _isWritten;
    private int _isTaken;

    /// <summary>Whether it is over, well or not: a failure is latched.</summary>
    public bool IsDone => _done.Task.IsCompleted;

    public void Begin()
    {
        if (parts.Options.WritesPagesBeside)
            SyncPoints.QueueWaiting(static writing => writing.Run(), this);
    }

    /// <summary>Goes a step on, if no thread of its own does.</summary>
    public void Step()
    {
        if (!parts.Options.WritesPagesBeside && !IsDone && !TryStep()) _done.SetResult();
    }

    /// <summary>Returns when it is over.</summary>
    public void Await()
    {
        Volatile.Write(ref _isAwaited, true);
        if (!IsDone) Run();
        SyncPoints.Await(_done.Task);
        Uninterrupted.Run(() => Task.WaitAny(_done.Task));
    }

    private void Run()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0) return;
        while (TryStep()) SyncPoints.Reach("pages: between two steps");
        _done.SetResult();
    }

    /// <summary>False when it is over.</summary>
    private bool TryStep()
    {
        try
        {
            parts.File.ThrowIfFailed();
            if (!_isWritten)
            {
                WriteSome();
                return true;
            }

            SyncPoints.Reach("pages: before the meta page");
            flush.NameTold(next);
            parts.Unwritten.Leave();
        }
        catch (Exception failure)
        {
            // Nobody waits to be told: all that comes later fails by the latch.
            if (failure is not DatabaseFailedException) _ = parts.File.Fail(failure);
        }

        _other?.Dispose();
        return false;
    }

    private void WriteSome()
    {
        if (!_hasBegun) _other = parts.File.Main.TryReopen();
        _hasBegun = true;
        int count = Volatile.Read(ref _isAwaited) ? PagesPerLongStep : parts.Options.PagesPerStep;
        PageRun written = parts.Unwritten.WriteNext(count);
        _isWritten = written.Count == 0;
        if (!_isWritten) parts.File.AwaitWritten(written.Start, written.Count, _other);
    }
}
