using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>Reads values without a copy: pinned in their leaf.</summary>
internal static class ValuePinning
{
    public static PinnedValue? Pin(BucketState bucket, ReadOnlySpan<byte> key)
    {
        try
        {
            bucket.Enter();
            if (!bucket.Entries.TryFindPinned(key, out CellValue value, out PagePin pin))
            {
                bucket.Exit();
                return null;
            }

            if (!IsShort(bucket, value, pin))
            {
                ExtentReference extent = ValueReader.Extent(bucket, value);
                bucket.Exit();
                bucket.Scope.Source.Unpin(pin);
                return new PinnedValue(bucket, ValueReader.ReadAll(bucket, extent));
            }

            bool isInside = pin.Span.Overlaps(value.Bytes, out int offset) || value.Bytes.IsEmpty;
            Debug.Assert(isInside);
            int length = value.Bytes.Length;
            bucket.Exit();
            return new PinnedValue(bucket, pin, offset, length);
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    /// <summary>
    /// Hands the value to the callback. The callback may use the transaction, so the leaf is pinned
    /// and the operation ended first; only writes are refused meanwhile.
    /// </summary>
    public static bool TryRead<TState, TResult>(BucketState bucket, ReadOnlySpan<byte> key,
        TState state, ValueCallback<TState, TResult> callback, out TResult? result)
        where TState : allows ref struct
    {
        result = default;
        using PinnedValue? value = Pin(bucket, key);
        if (value is null) return false;
        bucket.Scope.RunningCallbacks++;
        try
        {
            result = callback(value.Span, state);
            return true;
        }
        finally
        {
            bucket.Scope.RunningCallbacks--;
        }
    }

    private static bool IsShort(BucketState bucket, in CellValue value, in PagePin pin)
    {
        try
        {
            return !ValueReader.IsLarge(bucket, value);
        }
        catch (CorruptPageException)
        {
            bucket.Scope.Source.Unpin(pin);
            throw;
        }
    }
}
