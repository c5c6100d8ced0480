using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>
/// Places taken before the commit. The store may be closed meanwhile; and where there is no room,
/// it can be made: pages in memory keep those that they replace from being free.
/// </content>
internal sealed partial class Space
{
    /// <summary>
    /// Writes the pages that commits left in memory; false if there are none. Not under the lock.
    /// </summary>
    public Func<bool> MakeRoom { get; set; } = static () => false;

    /// <summary>Takes one run, for a value that lies in consecutive pages.</summary>
    public PageRun PlaceRun(uint count) => TakeEarly(() => [_placement.TakeRun(_tail, count)])[0];

    /// <summary>Takes places for pages of a transaction that has outgrown its memory.</summary>
    /// <param name="count">How many; more than 0.</param>
    /// <param name="freed">Pages given up: decides whether the reserve may be used.</param>
    public List<PageRun> PlaceEarly(uint count, long freed) => TakeEarly(
        () => _placement.Take(_tail, count, freed, IdleCount, scattered: false));

    private List<PageRun> TakeEarly(Func<List<PageRun>> take)
    {
        try
        {
            return TakeOnce(take);
        }
        catch (DatabaseFullException)
        {
            // Not in a filter: that would run under the lock.
            if (!MakeRoom()) throw;
        }

        return TakeOnce(take);
    }

    private List<PageRun> TakeOnce(Func<List<PageRun>> take)
    {
        using (Uninterrupted.Enter(_gate))
        {
            ThrowIfClosed();
            _tail.PutBack();
            return Note(take());
        }
    }
}
