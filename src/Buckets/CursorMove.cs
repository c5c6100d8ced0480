namespace KvCow;

/// <summary>A move of a cursor that needs no key.</summary>
internal enum CursorMove
{
    First,
    Last,
    Next,
    Previous,
}
