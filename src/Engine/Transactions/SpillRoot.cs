using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <summary>A tree whose dirty pages may be spilled.</summary>
/// <param name="Holder">Keeps its root.</param>
/// <param name="InCatalog">Whether its leaves name trees.</param>
internal readonly record struct SpillRoot(IRootHolder Holder, bool InCatalog);
