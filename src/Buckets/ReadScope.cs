using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The scope of a read transaction.</summary>
internal sealed class ReadScope(PageSnapshot snapshot) : TransactionScope(snapshot, snapshot.Life)
{
    public override PageReference CatalogRoot => snapshot.CatalogRoot;

    public override bool IsSourceEnded => snapshot.IsEnded;

    public override int ReadExtent(
        in ExtentReference extent, long offset, Span<byte> destination) =>
        snapshot.ReadExtent(extent, offset, destination);

    /// <summary>
    /// Goes to the newest snapshot; whether that is another one. Cursors and pinned values end,
    /// buckets follow when they are used next.
    /// </summary>
    public bool Renew()
    {
        ThrowIfNotLive();
        ReleaseHandles();
        if (!snapshot.Renew()) return false;
        Generation++;
        return true;
    }
}
