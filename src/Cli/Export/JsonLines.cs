using System.Text.Json;
using System.Text.Unicode;
using KvCow.Cli.Output;

namespace KvCow.Cli.Export;

/// <summary>
/// Writes each entry as an object of its own line: <c>key</c> and <c>value</c> where they are
/// UTF-8, <c>key_hex</c> and <c>value_hex</c> where they are not.
/// </summary>
internal static class JsonLines
{
    public static void Write(
        Bucket bucket, OutputStream output, Action<double> report, CancellationToken ct)
    {
        long written = 0;
        foreach (EntryView entry in bucket)
        {
            if (++written % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
                report(written);
            }

            output.Write("{"u8);
            WriteField("key"u8, "key_hex"u8, entry.Key, output);
            output.Write(","u8);
            WriteField("value"u8, "value_hex"u8, entry.Value, output);
            output.Write("}\n"u8);
        }
    }

    private static void WriteField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> hexName,
        ReadOnlySpan<byte> bytes, OutputStream output)
    {
        bool isText = Utf8.IsValid(bytes);
        output.Write("\""u8);
        output.Write(isText ? name : hexName);
        output.Write("\":\""u8);
        if (isText) output.Write(JsonEncodedText.Encode(bytes).EncodedUtf8Bytes);
        else WriteHex(bytes, output);
        output.Write("\""u8);
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, OutputStream output)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        Span<byte> part = stackalloc byte[512];
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, part.Length / 2);
            for (int i = 0; i < count; i++)
            {
                part[2 * i] = digits[bytes[i] >> 4];
                part[(2 * i) + 1] = digits[bytes[i] & 15];
            }

            output.Write(part[..(2 * count)]);
            bytes = bytes[count..];
        }
    }
}
