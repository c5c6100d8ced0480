using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The scope of a read transaction.</summary>
internal sealed class ReadScope(PageSnapshot snapshot) : TransactionScope(snapshot)
{
    public override bool IsSourceEnded => snapshot.IsEnded;

    public override int ReadExtent(
        in ExtentReference extent, long offset, Span<byte> destination) =>
        snapshot.ReadExtent(extent, offset, destination);
}
