namespace KvCow.Engine.Storage;

/// <summary>
/// Waits for short locks to the end when the waiting thread is interrupted, and keeps the interrupt
/// for its next wait. A commit, a rollback or a release that stopped half-way at some lock would
/// keep what it holds for ever.
/// </summary>
internal static class Uninterrupted
{
    /// <summary>Takes the lock until the scope is disposed.</summary>
    public static Lock.Scope Enter(Lock gate)
    {
        SyncPoints.Await(gate);
        bool wasInterrupted = false;
        while (true)
        {
            try
            {
                Lock.Scope scope = gate.EnterScope();
                if (wasInterrupted) Thread.CurrentThread.Interrupt();
                return scope;
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }
    }

    /// <summary>Runs a step that waits for nothing once it has done something.</summary>
    public static void Run(Action step)
    {
        bool wasInterrupted = false;
        while (true)
        {
            try
            {
                step();
                break;
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }

        if (wasInterrupted) Thread.CurrentThread.Interrupt();
    }
}
