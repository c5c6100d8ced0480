using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Creates, deletes and moves the buckets in a bucket, or at the top.</summary>
internal static class BucketCatalog
{
    public static WritableBucketState Create(WritableBucketState parent, BucketName name)
    {
        parent.ThrowIfNotWritable();
        name.ThrowIfInvalid(parent.Scope.KeyBytesMax);
        WritableBucketState created = parent.Create(name.Bytes);
        parent.WriteScope.Redo.Create(parent, name.Bytes);
        return created;
    }

    public static bool Delete(WritableBucketState parent, BucketName name)
    {
        parent.ThrowIfNotWritable();
        if (parent.Find(name.Bytes) is not { } bucket) return false;

        // The pages are found through the records, so these must name the trees as they are now.
        BucketRecords.StoreBelow(bucket);
        parent.WriteScope.NamedRoots++;
        BucketRecord record = bucket.Record;
        bucket.Detach();
        BucketRemoval.FreePages(parent, record);
        parent.WriteScope.NamedRoots--;
        parent.WriteScope.Redo.Drop(parent, name.Bytes);
        return true;
    }

    public static void Move(WritableBucketState parent, BucketName name,
        WritableBucketState newParent, BucketName newName)
    {
        parent.ThrowIfNotWritable();
        if (newParent.Scope != parent.Scope)
        {
            throw new ArgumentException(
                "The new parent belongs to another transaction. Open it in this one.",
                nameof(newParent));
        }

        newParent.ThrowIfNotWritable();
        newName.ThrowIfInvalid(parent.Scope.KeyBytesMax);
        WritableBucketState bucket = parent.Find(name.Bytes)
            ?? throw new BucketNotFoundException(parent.PathOf(name.Bytes));
        if (newParent == parent && newName.Bytes.SequenceEqual(name.Bytes)) return;
        for (BucketState? above = newParent; above is not null; above = above.Parent)
        {
            if (above == bucket)
            {
                throw new ArgumentException("A bucket cannot move into itself.", nameof(newParent));
            }
        }

        if (newParent.Exists(newName.Bytes))
        {
            throw new BucketExistsException(newParent.PathOf(newName.Bytes));
        }

        bucket.MoveTo(newParent, newName.Bytes.ToArray());
        parent.WriteScope.Redo.Move(parent, name.Bytes, newParent, newName.Bytes);
    }
}
