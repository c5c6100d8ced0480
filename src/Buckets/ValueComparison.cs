using System.Buffers;
using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Compares a stored value with given bytes, without holding a large one.</summary>
internal static class ValueComparison
{
    private const int PieceBytes = 64 << 10;

    /// <summary>False if the key is missing or its value differs.</summary>
    public static bool IsEqual(
        BucketState bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> expected)
    {
        if (!ValueReader.TryLocate(bucket, key, out byte[]? value, out ExtentReference extent))
        {
            return false;
        }

        return value is null
            ? IsEqual(bucket, extent, expected)
            : expected.SequenceEqual(value);
    }

    private static bool IsEqual(
        BucketState bucket, in ExtentReference extent, ReadOnlySpan<byte> expected)
    {
        if (extent.Length != (ulong)expected.Length) return false;
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        bool isEqual = true;
        for (int offset = 0; isEqual && offset < expected.Length;)
        {
            int read = ValueReader.ReadAt(bucket, extent, offset, piece);
            isEqual = piece.AsSpan(0, read).SequenceEqual(expected.Slice(offset, read));
            offset += read;
        }

        ArrayPool<byte>.Shared.Return(piece);
        return isEqual;
    }
}
