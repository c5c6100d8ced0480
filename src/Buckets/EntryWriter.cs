using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Checks and carries out the changes of a bucket's entries.</summary>
internal static class EntryWriter
{
    public static bool Put(
        WritableBucketState bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ThrowIfRefused(bucket, key, value.Length);
        return key.Length + value.Length <= bucket.Scope.InlineBytesMax
            ? TreeEditor.Put(bucket, key, CellKind.Inline, value)
            : TreeEditor.PutLarge(bucket, key, value);
    }

    public static bool Put(WritableBucketState bucket, ReadOnlySpan<byte> key, Stream source,
        long length, CancellationToken ct)
    {
        ThrowIfRefused(bucket, key, length);
        ct.ThrowIfCancellationRequested();
        if (key.Length + length > bucket.Scope.InlineBytesMax)
        {
            return TreeEditor.PutLarge(bucket, key, source, length, ct);
        }

        byte[] value = new byte[length];
        source.ReadExactly(value);
        return Put(bucket, key, value);
    }

    public static bool Delete(WritableBucketState bucket, ReadOnlySpan<byte> key)
    {
        bucket.ThrowIfNotWritable();
        return TreeEditor.Delete(bucket, key);
    }

    public static long DeleteRange(
        WritableBucketState bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool toEnd)
    {
        bucket.ThrowIfNotWritable();
        if (!toEnd && from.SequenceCompareTo(to) >= 0) return 0;
        return (long)TreeEditor.DeleteRange(bucket, from, to, toEnd);
    }

    public static void Clear(WritableBucketState bucket)
    {
        bucket.ThrowIfNotWritable();
        TreeEditor.Clear(bucket);
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
