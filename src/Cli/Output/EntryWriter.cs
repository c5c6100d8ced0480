using System.Text.Json;
using System.Text.Unicode;

namespace KvCow.Cli.Output;

/// <summary>Prints entries a line each.</summary>
internal sealed class EntryWriter(OutputStream output, EntryFormat format, bool isKeysOnly)
{
    // Large values are printed in parts of this size, however large they are.
    private const int PartBytes = 64 << 10;

    private static readonly JsonWriterOptions Relaxed = new()
    {
        // The output is no web page: quotes and letters stay as they are.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Write(in EntryView entry)
    {
        if (format == EntryFormat.Text && entry.IsLarge && !isKeysOnly)
        {
            output.Write(entry.Key);
            output.Write("\t"u8);
            WriteParts(entry);
            output.Write("\n"u8);
            return;
        }

        Write(entry.Key, isKeysOnly ? default : entry.Value);
    }

    public void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (format == EntryFormat.Json)
        {
            WriteJson(key, value);
        }
        else
        {
            WriteBytes(key);
            if (!isKeysOnly)
            {
                output.Write("\t"u8);
                WriteBytes(value);
            }
        }

        output.Write("\n"u8);
    }

    /// <summary>A key or a value alone, without a line feed.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        switch (format)
        {
            case EntryFormat.Escaped: EscapedText.Write(output, bytes); break;
            case EntryFormat.Hex: output.WriteText(Convert.ToHexStringLower(bytes)); break;
            default: output.Write(bytes); break;
        }
    }

    private void WriteJson(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Relaxed))
        {
            json.WriteStartObject();
            WriteProperty(json, "key", key);
            if (!isKeysOnly) WriteProperty(json, "value", value);
            json.WriteEndObject();
        }

        output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
    }

    /// <summary>A property of text, or one named <c>_hex</c> if the bytes are none.</summary>
    public static void WriteProperty(
        Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteString($"{name}_hex", Convert.ToHexStringLower(bytes));
    }

    private void WriteParts(in EntryView entry)
    {
        byte[] part = new byte[PartBytes];
        long offset = 0;
        while (true)
        {
            int read = entry.ReadValueAt(offset, part);
            if (read == 0) return;
            output.Write(part.AsSpan(0, read));
            offset += read;
        }
    }
}
