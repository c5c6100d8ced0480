namespace KvCow;

/// <summary>What a commit waits for before it returns.</summary>
public enum Durability
{
    /// <summary>
    /// One flush: data and meta page together. Survives a crash of process or machine.
    /// </summary>
    Full = 0,

    /// <summary>
    /// Two flushes: data, then the meta page. For values chosen by an attacker, or devices that
    /// tear writes in ways a CRC-32C could miss.
    /// </summary>
    Paranoid = 1,

    /// <summary>
    /// No flush: the commit is visible at once, and durable soon. A crash of the process or the
    /// machine before that loses it and all later commits, but never part of one. A failed flush
    /// shows at the next write, flush or dispose.
    /// </summary>
    Eventual = 2,
}
