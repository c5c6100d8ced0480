using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What one flush is for.</summary>
/// <param name="Target">The commit it makes durable with all before; null if all are.</param>
/// <param name="Waiting">Those who wait for it.</param>
/// <param name="Refusal">Why commits after the target cannot be flushed now.</param>
internal sealed record CommitGroup(
    MetaPage? Target, List<FinishedCommit> Waiting, Exception? Refusal)
{
    public bool IsParanoid => Waiting.Exists(static commit => commit.IsParanoid);
}
