namespace KvCow.Engine.Pages;

/// <summary>Where a key is in a leaf, or where it would be inserted.</summary>
internal readonly record struct SlotSearch(int Index, bool Found);
