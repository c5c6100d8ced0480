using System.Buffers;
using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Copies values out of a bucket, whether they lie in a leaf or in an extent.</summary>
internal static class ValueReader
{
    /// <summary>
    /// Above this a length is not believed before the value's last page has been seen: a hostile
    /// file must not make us allocate what it does not hold.
    /// </summary>
    private const long UncheckedBytesMax = 1 << 20;

    /// <summary>Bytes asked of a buffer writer at a time.</summary>
    private const int PieceBytes = 64 << 10;

    public static byte[]? Get(BucketState bucket, ReadOnlySpan<byte> key)
    {
        try
        {
            bucket.Enter();
            bool found = bucket.Entries.TryFind(key, out CellValue value);
            bool isLarge = found && IsLarge(bucket, value);
            byte[]? copy = found ? value.Bytes.ToArray() : null;
            bucket.Exit();
            return isLarge ? ReadAll(bucket, Extent(bucket, copy)) : copy;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    public static bool TryGet(
        BucketState bucket, ReadOnlySpan<byte> key, Span<byte> destination, out int written)
    {
        written = 0;
        try
        {
            bucket.Enter();
            if (!bucket.Entries.TryFind(key, out CellValue value))
            {
                bucket.Exit();
                return false;
            }

            if (value.Kind != CellKind.Inline)
            {
                ExtentReference extent = Extent(bucket, value);
                bucket.Exit();
                written = ReadAll(bucket, extent, destination);
                return true;
            }

            if (value.Bytes.Length > destination.Length) throw TooShort(value.Bytes.Length);
            value.Bytes.CopyTo(destination);
            written = value.Bytes.Length;
            bucket.Exit();
            return true;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    public static bool TryFindLength(BucketState bucket, ReadOnlySpan<byte> key, out long length)
    {
        length = 0;
        try
        {
            bucket.Enter();
            bool found = bucket.Entries.TryFind(key, out CellValue value);
            if (found) length = Length(bucket, value);
            bucket.Exit();
            return found;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    /// <summary>
    /// Finds where a value lies: a copy of a short one, or the extent of a large one.
    /// </summary>
    public static bool TryLocate(BucketState bucket, ReadOnlySpan<byte> key,
        out byte[]? shortValue, out ExtentReference extent)
    {
        extent = default;
        shortValue = null;
        try
        {
            bucket.Enter();
            bool found = bucket.Entries.TryFind(key, out CellValue value);
            if (found && IsLarge(bucket, value)) extent = Extent(bucket, value);
            else if (found) shortValue = value.Bytes.ToArray();
            bucket.Exit();
            return found;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    public static long Length(BucketState bucket, in CellValue value) =>
        IsLarge(bucket, value) ? (long)Extent(bucket, value).Length : value.Bytes.Length;

    public static bool IsLarge(BucketState bucket, in CellValue value) => value.Kind switch
    {
        CellKind.Inline => false,
        CellKind.Extent => true,
        _ => throw bucket.Corrupt(bucket.Entries, "the tree below it holds a cell of no value"),
    };

    public static ExtentReference Extent(BucketState bucket, in CellValue value) =>
        IsLarge(bucket, value)
            ? Extent(bucket, value.Bytes)
            : throw new InvalidOperationException("The value lies in its leaf.");

    /// <summary>Reads from an offset until the destination is full or the value ends.</summary>
    public static int ReadAt(
        BucketState bucket, in ExtentReference extent, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long left = (long)extent.Length - offset;
        if (left <= 0) return 0;
        if (destination.Length > left) destination = destination[..(int)left];
        try
        {
            return bucket.Scope.ReadExtent(extent, offset, destination);
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    public static byte[] ReadAll(BucketState bucket, in ExtentReference extent)
    {
        ThrowIfMissing(bucket, extent);
        byte[] value = GC.AllocateUninitializedArray<byte>((int)extent.Length);
        ReadAt(bucket, extent, 0, value);
        return value;
    }

    public static int ReadAll(
        BucketState bucket, in ExtentReference extent, Span<byte> destination)
    {
        if (extent.Length > (ulong)destination.Length) throw TooShort((long)extent.Length);
        return ReadAt(bucket, extent, 0, destination);
    }

    public static void CopyTo(
        BucketState bucket, in ExtentReference extent, IBufferWriter<byte> destination)
    {
        for (long offset = 0; offset < (long)extent.Length;)
        {
            int piece = (int)Math.Min(PieceBytes, (long)extent.Length - offset);
            Span<byte> buffer = destination.GetSpan(piece);
            int read = ReadAt(bucket, extent, offset, buffer);
            destination.Advance(read);
            offset += read;
        }
    }

    /// <summary>The same for a value at hand.</summary>
    public static int CopyFrom(ReadOnlySpan<byte> value, long offset, Span<byte> destination)
    {
        if (offset >= value.Length) return 0;
        ReadOnlySpan<byte> rest = value[(int)offset..];
        int length = Math.Min(rest.Length, destination.Length);
        rest[..length].CopyTo(destination);
        return length;
    }

    /// <summary>Looks at the last page of a very long value before room is made for it.</summary>
    public static void ThrowIfMissing(BucketState bucket, in ExtentReference extent)
    {
        if (extent.Length <= UncheckedBytesMax) return;
        Span<byte> last = stackalloc byte[1];
        ReadAt(bucket, extent, (long)extent.Length - 1, last);
    }

    private static ExtentReference Extent(BucketState bucket, ReadOnlySpan<byte> bytes)
    {
        ExtentReference extent = ExtentReference.Read(bytes);
        return extent.Length <= PageLimits.ValueBytesMax
            ? extent
            : throw bucket.Corrupt(bucket.Entries, "the tree below it holds an endless value");
    }

    private static ArgumentException TooShort(long valueBytes) => new(
        $"The destination is too short for the value's {valueBytes} bytes. Ask TryGetLength for "
        + "the length, or read parts with ReadAt.");
}
