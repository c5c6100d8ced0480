using System.Buffers;
using System.Text;

namespace KvCow.Cli.Output;

/// <summary>
/// Bytes as one printable field of a line: <c>\t</c>, <c>\n</c>, <c>\\</c>, and <c>\xHH</c> for
/// other control characters and for bytes that are not UTF-8.
/// </summary>
internal static class EscapedText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7f - 0x20).Where(b => b != '\\').Select(b => (byte)b)]);

    public static void Write(OutputStream output, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int plain = bytes.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                output.Write(bytes);
                return;
            }

            output.Write(bytes[..plain]);
            bytes = bytes[plain..];
            bytes = bytes[WriteSpecial(output, bytes)..];
        }
    }

    /// <summary>Appends the bytes that the field stands for; false if it is malformed.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> field, IBufferWriter<byte> bytes, out string problem)
    {
        problem = "";
        while (true)
        {
            int escape = field.IndexOf((byte)'\\');
            if (escape < 0)
            {
                bytes.Write(field);
                return true;
            }

            bytes.Write(field[..escape]);
            field = field[(escape + 1)..];
            if (!TryReadEscape(ref field, out byte value))
            {
                problem = @"a \ is not followed by t, n, \ or x and two hex digits";
                return false;
            }

            bytes.Write([value]);
        }
    }

    // Writes what the first byte, or the first character, looks like; returns its length.
    private static int WriteSpecial(OutputStream output, ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0])
        {
            case (byte)'\t': output.Write(@"\t"u8); return 1;
            case (byte)'\n': output.Write(@"\n"u8); return 1;
            case (byte)'\\': output.Write(@"\\"u8); return 1;
        }

        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
        if (status == OperationStatus.Done && !Rune.IsControl(rune))
        {
            output.Write(bytes[..length]);
            return length;
        }

        foreach (byte value in bytes[..length]) WriteHex(output, value);
        return length;
    }

    private static void WriteHex(OutputStream output, byte value)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        output.Write([(byte)'\\', (byte)'x', digits[value >> 4], digits[value & 15]]);
    }

    private static bool TryReadEscape(ref ReadOnlySpan<byte> field, out byte value)
    {
        value = 0;
        if (field.IsEmpty) return false;
        byte kind = field[0];
        int length = kind == 'x' ? 3 : 1;
        if (field.Length < length) return false;
        bool isKnown = kind == 'x'
            ? Convert.FromHexString(field.Slice(1, 2), new Span<byte>(ref value), out _, out _)
                == OperationStatus.Done
            : TryReadShort(kind, out value);
        field = field[length..];
        return isKnown;
    }

    private static bool TryReadShort(byte kind, out byte value)
    {
        value = kind switch
        {
            (byte)'t' => (byte)'\t',
            (byte)'n' => (byte)'\n',
            (byte)'\\' => (byte)'\\',
            _ => 0,
        };
        return value != 0;
    }
}
