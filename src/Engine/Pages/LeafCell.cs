using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0     4  bits 0-14 key length, bits 15-29 value length, bits 30-31 cell kind
//       4     k  the whole key
//     4+k     v  the value, an extent reference or a bucket record
/// <summary>One cell of a leaf: a key and its value.</summary>
internal static class LeafCell
{
    public const int HeaderSize = 4;

    private const int LengthBits = 15;
    private const uint LengthMask = (1u << LengthBits) - 1;

    public static int SizeOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        HeaderSize + key.Length + value.Length;

    /// <summary>Size of the cell that begins with these bytes.</summary>
    public static int SizeOf(ReadOnlySpan<byte> cell)
    {
        uint header = ReadUInt32LittleEndian(cell);
        return HeaderSize + KeyLength(header) + ValueLength(header);
    }

    public static int KeyLength(uint header) => (int)(header & LengthMask);

    public static int ValueLength(uint header) => (int)((header >> LengthBits) & LengthMask);

    public static CellKind Kind(uint header) => (CellKind)(header >> (2 * LengthBits));

    public static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> cell) =>
        cell.Slice(HeaderSize, KeyLength(ReadUInt32LittleEndian(cell)));

    /// <summary>The key of a cell in a verified page.</summary>
    public static unsafe ReadOnlySpan<byte> Key(byte* cell) =>
        MemoryMarshal.CreateReadOnlySpan(ref cell[HeaderSize], KeyLength(*(uint*)cell));

    /// <summary>
    /// The value of a cell in a verified page, if it lies there; else the kind says what does.
    /// </summary>
    public static unsafe ReadOnlySpan<byte> InlineValue(byte* cell, out CellKind kind)
    {
        uint header = *(uint*)cell;
        kind = Kind(header);
        return MemoryMarshal.CreateReadOnlySpan(
            ref cell[HeaderSize + KeyLength(header)], ValueLength(header));
    }

    /// <summary>The value of a cell in a verified page.</summary>
    public static unsafe CellValue Value(byte* cell)
    {
        uint header = *(uint*)cell; // Little-endian as the file.
        return new CellValue(Kind(header), new ReadOnlySpan<byte>(
            cell + HeaderSize + KeyLength(header), ValueLength(header)));
    }

    public static void WriteHeader(
        Span<byte> cell, int keyLength, CellKind kind, int valueLength) =>
        WriteUInt32LittleEndian(cell, (uint)keyLength | ((uint)valueLength << LengthBits)
            | ((uint)kind << (2 * LengthBits)));

    public static void Write(
        Span<byte> cell, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        WriteHeader(cell, key.Length, kind, value.Length);
        key.CopyTo(cell[HeaderSize..]);
        value.CopyTo(cell[(HeaderSize + key.Length)..]);
    }
}
