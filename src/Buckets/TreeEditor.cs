using System.Runtime.ExceptionServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// The changes of a bucket's trees. The callers have checked everything before; a failure in here
/// may leave a tree half-changed, so it poisons the transaction.
/// </summary>
internal static class TreeEditor
{
    /// <returns>True if the key is new.</returns>
    public static bool Put(
        WritableBucketState bucket, ReadOnlySpan<byte> key, CellKind kind,
        ReadOnlySpan<byte> value) => Put(bucket, bucket.WritableEntries, key, kind, value);

    /// <returns>True if the key was there.</returns>
    public static bool Delete(WritableBucketState bucket, ReadOnlySpan<byte> key) =>
        Delete(bucket, bucket.WritableEntries, key);

    /// <summary>Writes a long value to overflow pages and puts the reference.</summary>
    public static bool PutLarge(
        WritableBucketState bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ExtentReference extent;
        try
        {
            extent = bucket.WriteScope.Transaction.WriteExtent(value);
        }
        catch (Exception e)
        {
            bucket.WriteScope.Poison(e);
            throw;
        }

        return PutExtent(bucket, key, extent);
    }

    /// <summary>The same from a stream.</summary>
    public static bool PutLarge(WritableBucketState bucket, ReadOnlySpan<byte> key, Stream source,
        long length, CancellationToken ct)
    {
        ExtentReference extent;

        // The stream may read this transaction, as one from GetStream does, but not change it.
        bucket.Scope.RunningCallbacks++;
        try
        {
            extent = bucket.WriteScope.Transaction.WriteExtent(source, length, ct);
        }
        catch (DatabaseException e)
        {
            // Any other failure is the stream's own: nothing reachable has changed.
            bucket.WriteScope.Poison(e);
            throw;
        }
        finally
        {
            bucket.Scope.RunningCallbacks--;
        }

        return PutExtent(bucket, key, extent);
    }

    private static bool PutExtent(
        WritableBucketState bucket, ReadOnlySpan<byte> key, in ExtentReference extent)
    {
        Span<byte> reference = stackalloc byte[ExtentReference.Size];
        extent.Write(reference);
        return Put(bucket, key, CellKind.Extent, reference);
    }

    public static ulong DeleteRange(
        WritableBucketState bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool toEnd)
    {
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.Enter();
            ulong deleted = bucket.WritableEntries.DeleteRange(from, to, toEnd);
            bucket.Exit();
            return deleted;
        }
        catch (Exception e)
        {
            throw Poison(bucket, e);
        }
    }

    public static void Clear(WritableBucketState bucket)
    {
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.Enter();
            bucket.WritableEntries.Clear();
            bucket.Exit();
        }
        catch (Exception e)
        {
            throw Poison(bucket, e);
        }
    }

    public static long BulkLoad(WritableBucketState bucket, Action<BulkLoader> fill)
    {
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.WriteScope.Redo.GiveUp(); // Its pages are written as it goes.
            return BulkLoader.Load(bucket, fill);
        }
        catch (Exception e)
        {
            throw Poison(bucket, e);
        }
    }

    public static void PutRecord(
        WritableBucketState parent, ReadOnlySpan<byte> name, in BucketRecord record)
    {
        Span<byte> bytes = stackalloc byte[BucketRecord.Size];
        record.Write(bytes);
        Put(parent, parent.WritableCatalog, name, CellKind.Bucket, bytes);
    }

    public static void DeleteRecord(WritableBucketState parent, ReadOnlySpan<byte> name) =>
        Delete(parent, parent.WritableCatalog, name);

    private static bool Put(WritableBucketState bucket, WritableTree tree,
        ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.Enter();
            bool isNew = tree.Put(key, kind, value);
            bucket.Exit();
            return isNew;
        }
        catch (Exception e)
        {
            throw Poison(bucket, e);
        }
    }

    private static bool Delete(
        WritableBucketState bucket, WritableTree tree, ReadOnlySpan<byte> key)
    {
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.Enter();
            bool deleted = tree.Delete(key);
            bucket.Exit();
            return deleted;
        }
        catch (Exception e)
        {
            throw Poison(bucket, e);
        }
    }

    /// <summary>Poisons the transaction; returns the failure to throw, with its bucket.</summary>
    public static Exception Poison(WritableBucketState bucket, Exception failure)
    {
        bucket.WriteScope.Poison(failure);
        if (failure is CorruptPageException { Bucket: null } corrupt) return bucket.Locate(corrupt);
        ExceptionDispatchInfo.Throw(failure);
        return failure;
    }
}
