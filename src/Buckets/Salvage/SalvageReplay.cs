namespace KvCow;

/// <summary>
/// Does again what the redo log tells where parts of what it speaks of may be missing.
/// </summary>
internal sealed class SalvageReplay(WriteTransaction tx, SalvageLosses losses) : RedoReplay(tx)
{
    protected override WritableBucketState FindBucket(
        WritableBucketState parent, BucketName name) =>
        parent.Find(name.Bytes) ?? BucketCatalog.Create(parent, name);

    protected override void Create(WritableBucketState parent, BucketName name) =>
        FindBucket(parent, name);

    protected override void Drop(WritableBucketState parent, BucketName name)
    {
        BucketCatalog.Delete(parent, name);
        losses.Drop(PathOf(parent, name));
    }

    protected override void Move(WritableBucketState parent, BucketName name,
        WritableBucketState newParent, BucketName newName)
    {
        if (parent.Exists(name.Bytes)) BucketCatalog.Move(parent, name, newParent, newName);
        losses.Move(PathOf(parent, name), PathOf(newParent, newName));
    }

    private static byte[][] PathOf(BucketState parent, BucketName name)
    {
        List<byte[]> names = [name.Bytes.ToArray()];
        for (BucketState at = parent; at.Parent is not null; at = at.Parent) names.Add(at.Name);
        names.Reverse();
        return [.. names];
    }
}
