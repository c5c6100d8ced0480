using System.Numerics;
using System.Runtime.InteropServices;

namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// The content of 4 KiB of a simulated file. It never changes, so any number of disks share it.
/// </summary>
internal sealed class DiskChunk
{
    public const int Bytes = 4096;
    public const int SectorBytes = 512;

    public static readonly DiskChunk Zero = new(new byte[Bytes]);

    private readonly byte[] _bytes;
    private ulong _hash;

    private DiskChunk(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Hash of the content, computed when first asked for; 0 for zeros alone.</summary>
    public ulong Hash
    {
        get
        {
            if (_hash == 0 && this != Zero) _hash = ComputeHash();
            return _hash;
        }
    }

    /// <summary>This content with some bytes replaced.</summary>
    public DiskChunk With(int start, ReadOnlySpan<byte> replacement)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Bytes);
        if (replacement.Length < Bytes) _bytes.CopyTo(bytes, 0);
        replacement.CopyTo(bytes.AsSpan(start));
        return From(bytes);
    }

    /// <summary>
    /// This content with the bytes from <paramref name="start"/> to <paramref name="end"/> taken
    /// from another, but only in those sectors whose bit is set.
    /// </summary>
    public DiskChunk Torn(DiskChunk newer, int start, int end, byte sectors)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Bytes);
        _bytes.CopyTo(bytes, 0);
        for (int sector = 0; sector < Bytes / SectorBytes; sector++)
        {
            if ((sectors >> sector & 1) == 0) continue;
            int from = Math.Max(start, sector * SectorBytes);
            int to = Math.Min(end, (sector + 1) * SectorBytes);
            if (from < to) newer.Span[from..to].CopyTo(bytes.AsSpan(from));
        }

        return From(bytes);
    }

    /// <summary>This content with zeros from <paramref name="length"/> on.</summary>
    public DiskChunk CutAt(int length)
    {
        if (_bytes.AsSpan(length).IndexOfAnyExcept((byte)0) < 0) return this;
        byte[] bytes = new byte[Bytes];
        _bytes.AsSpan(0, length).CopyTo(bytes);
        return From(bytes);
    }

    /// <summary>One object stands for all zeros, so that equal files have equal hashes.</summary>
    private static DiskChunk From(byte[] bytes) =>
        bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? Zero : new DiskChunk(bytes);

    private ulong ComputeHash()
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(_bytes);
        // Two independent sums, so that the processor works on both at once.
        ulong even = 0x9E3779B97F4A7C15;
        ulong odd = 0xC2B2AE3D27D4EB4F;
        for (int i = 0; i < words.Length; i += 2)
        {
            even = BitOperations.RotateLeft(even ^ words[i], 27) * 0x9FB21C651E98DF25;
            odd = BitOperations.RotateLeft(odd ^ words[i + 1], 31) * 0xA0761D6478BD642F;
        }

        ulong hash = even ^ BitOperations.RotateLeft(odd, 17);
        hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93;
        return hash == 0 ? 1 : hash;
    }
}
