using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Checks and carries out the changes of a bucket's entries.</summary>
internal static class EntryWriter
{
    /// <summary>
    /// Longer values are not told to the redo log: their pages are written anyway, and writing them
    /// twice would cost more than the pages of the tree.
    /// </summary>
    private const int ToldBytesMax = 64 << 10;

    public static bool Put(
        WritableBucketState bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ThrowIfRefused(bucket, key, value.Length);
        bool isNew = key.Length + value.Length <= bucket.Scope.InlineBytesMax
            ? TreeEditor.Put(bucket, key, CellKind.Inline, value)
            : TreeEditor.PutLarge(bucket, key, value);
        RedoWriter redo = bucket.WriteScope.Redo;
        if (value.Length <= ToldBytesMax) redo.Put(bucket, key, value);
        else redo.GiveUp();
        return isNew;
    }

    public static bool Put(WritableBucketState bucket, ReadOnlySpan<byte> key, Stream source,
        long length, CancellationToken ct)
    {
        ThrowIfRefused(bucket, key, length);
        ct.ThrowIfCancellationRequested();
        if (key.Length + length > bucket.Scope.InlineBytesMax)
        {
            bucket.WriteScope.Redo.GiveUp();
            return TreeEditor.PutLarge(bucket, key, source, length, ct);
        }

        byte[] value = new byte[length];
        source.ReadExactly(value);
        return Put(bucket, key, value);
    }

    public static bool Delete(WritableBucketState bucket, ReadOnlySpan<byte> key)
    {
        bucket.ThrowIfNotWritable();
        bool deleted = TreeEditor.Delete(bucket, key);
        if (deleted) bucket.WriteScope.Redo.Delete(bucket, key);
        return deleted;
    }

    public static long DeleteRange(
        WritableBucketState bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool toEnd)
    {
        bucket.ThrowIfNotWritable();
        if (!toEnd && from.SequenceCompareTo(to) >= 0) return 0;
        ulong deleted = TreeEditor.DeleteRange(bucket, from, to, toEnd);
        if (deleted > 0) bucket.WriteScope.Redo.DeleteRange(bucket, from, to, toEnd);
        return (long)deleted;
    }

    public static void Clear(WritableBucketState bucket)
    {
        bucket.ThrowIfNotWritable();
        TreeEditor.Clear(bucket);
        bucket.WriteScope.Redo.Clear(bucket);
    }

    /// <summary>All that can be wrong with a put, found before anything is touched.</summary>
    public static void ThrowIfRefused(
        WritableBucketState bucket, ReadOnlySpan<byte> key, long valueLength)
    {
        bucket.ThrowIfNotWritable();
        ThrowIfTooLong(bucket, key, valueLength);
    }

    public static void ThrowIfTooLong(
        WritableBucketState bucket, ReadOnlySpan<byte> key, long valueLength)
    {
        if (key.Length > bucket.Scope.KeyBytesMax)
        {
            throw new KeyTooLongException(key.Length, bucket.Scope.KeyBytesMax);
        }

        if (valueLength > PageLimits.ValueBytesMax)
        {
            throw new ValueTooLongException(valueLength, PageLimits.ValueBytesMax);
        }
    }
}
