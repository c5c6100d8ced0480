using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>A whole page of a tree that nothing whole names: the root of a subtree.</summary>
/// <param name="Reference">What a parent would say of it.</param>
/// <param name="Level">0 for a leaf.</param>
/// <param name="IsCatalog">Whether the leaves below name buckets.</param>
/// <param name="First">Its first key, or separator.</param>
/// <param name="Last">Its last key, or separator.</param>
internal sealed record LoosePage(
    PageReference Reference, int Level, bool IsCatalog, byte[] First, byte[] Last);
