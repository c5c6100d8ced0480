namespace KvCow.Engine.Tree;

/// <summary>Where a cursor stands.</summary>
internal enum CursorPlace
{
    /// <summary>Not positioned yet, or a page could not be read during the last move.</summary>
    Nowhere,

    BeforeFirst,
    OnEntry,

    /// <summary>Where an entry was that is deleted now, between its neighbours.</summary>
    Between,

    AfterLast,
}
