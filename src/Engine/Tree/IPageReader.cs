using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// Reads pages inside an operation. A structure, so that a search is compiled for each kind of
/// source: through <see cref="IPageSource"/> every level would be a call that the compiler cannot
/// see into, or guesses for another kind.
/// </summary>
internal interface IPageReader
{
    /// <summary>As <see cref="IPageSource.Read"/>.</summary>
    ReadOnlySpan<byte> Read(scoped in PageReference reference);
}
