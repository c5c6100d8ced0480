using System.Diagnostics.CodeAnalysis;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What a write transaction has done since one of its savepoints, or since its start (number 0): as
/// much as it takes to undo it, or to count it as the outer level's. What few levels need is made
/// when they do.
/// </summary>
internal sealed class ChangeLevel(int number, TransactionId durable)
{
    public int Number => number;

    /// <summary>Committed pages given up.</summary>
    public FreedPages Freed { get; } = new(durable);

    /// <summary>Change of the pages by kind, dirty ones left out.</summary>
    public PageCounts Counts { get; set; }

    /// <summary>
    /// Places that pages of this level lie at already. Not kept for level 0: what is in no other
    /// level's set is its own.
    /// </summary>
    [field: AllowNull]
    public PageSet Places => field ??= new PageSet();

    /// <summary>Dirty pages made, and maybe returned since; not kept for level 0.</summary>
    [field: AllowNull]
    public List<PageId> Made => field ??= [];

    /// <summary>Dirty pages of outer levels given up, and maybe spilled since.</summary>
    [field: AllowNull]
    public List<PageId> GivenUp => field ??= [];

    /// <summary>Places of outer levels given up.</summary>
    [field: AllowNull]
    public PageSet GivenUpPlaces => field ??= new PageSet();
}
