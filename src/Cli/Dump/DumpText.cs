using System.Buffers;
using KvCow.Cli.Output;

namespace KvCow.Cli.Dump;

/// <summary>
/// The data lines of <c>db_dump</c> and <c>mdb_dump</c>: a space, then the bytes in hex, or, in
/// format print, as characters with <c>\hh</c> for what cannot be printed.
/// </summary>
internal static class DumpText
{
    public static void Write(ReadOnlySpan<byte> bytes, bool isPrint, OutputStream output)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        output.Write(" "u8);
        foreach (byte value in bytes)
        {
            if (isPrint && value is >= 0x20 and < 0x7f and not (byte)'\\')
            {
                output.Write([value]);
                continue;
            }

            if (isPrint) output.Write("\\"u8);
            output.Write([digits[value >> 4], digits[value & 15]]);
        }

        output.Write("\n"u8);
    }

    /// <summary>Fills the bytes, empty before; says what is wrong with the line, or nothing.
    /// </summary>
    public static string? TryRead(
        ReadOnlySpan<byte> line, bool isPrint, ArrayBufferWriter<byte> bytes)
    {
        if (line.IsEmpty || line[0] != ' ') return "a line of data begins with a space";
        line = line[1..];
        return isPrint ? ReadPrint(line, bytes) : ReadHex(line, bytes);
    }

    private static string? ReadHex(ReadOnlySpan<byte> digits, ArrayBufferWriter<byte> bytes)
    {
        Span<byte> place = bytes.GetSpan(Math.Max(1, digits.Length / 2));
        OperationStatus status = Convert.FromHexString(digits, place, out _, out int length);
        if (status != OperationStatus.Done) return "bytes take pairs of 0-9 and a-f";
        bytes.Advance(length);
        return null;
    }

    private static string? ReadPrint(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> bytes)
    {
        while (true)
        {
            int escape = text.IndexOf((byte)'\\');
            bytes.Write(escape < 0 ? text : text[..escape]);
            if (escape < 0) return null;
            text = text[(escape + 1)..];
            if (!text.IsEmpty && text[0] == '\\')
            {
                bytes.Write("\\"u8);
                text = text[1..];
                continue;
            }

            string? problem = text.Length < 2
                ? @"a \ is not followed by \ or two hex digits"
                : ReadHex(text[..2], bytes);
            if (problem is not null) return @"a \ is not followed by \ or two hex digits";
            text = text[2..];
        }
    }
}
