using System.Buffers;

namespace KvCow.Cli.Demo;

/// <summary>A line of a package's list: <c>checksum  path</c>.</summary>
internal readonly ref struct PackageRecord
{
    public const int ChecksumBytes = 16;

    private PackageRecord(byte[] checksum, ReadOnlySpan<byte> path)
    {
        Checksum = checksum;
        Path = path;
    }

    public byte[] Checksum { get; }

    public ReadOnlySpan<byte> Path { get; }

    /// <summary>Takes the next line off the text; passes over what is no record.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> text, out PackageRecord record)
    {
        while (!text.IsEmpty)
        {
            int feed = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = feed < 0 ? text : text[..feed];
            text = feed < 0 ? default : text[(feed + 1)..];
            if (TryParse(line, out record)) return true;
        }

        record = default;
        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out PackageRecord record)
    {
        const int Digits = 2 * ChecksumBytes;
        record = default;
        if (line.Length <= Digits + 2) return false;
        if (!line.Slice(Digits, 2).SequenceEqual("  "u8)) return false;
        byte[] checksum = new byte[ChecksumBytes];
        if (Convert.FromHexString(line[..Digits], checksum, out _, out _) != OperationStatus.Done)
            return false;
        record = new(checksum, line[(Digits + 2)..]);
        return true;
    }
}
