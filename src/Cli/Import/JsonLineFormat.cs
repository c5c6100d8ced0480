using System.Buffers;
using System.Text.Json;

namespace KvCow.Cli.Import;

/// <summary>
/// An object with <c>key</c> and <c>value</c> as strings, or <c>key_hex</c> and <c>value_hex</c>
/// for bytes that are no text.
/// </summary>
internal sealed class JsonLineFormat : ILineFormat
{
    public bool TryParse(ReadOnlySpan<byte> line, ParsedEntry entry, out string problem)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            problem = Parse(ref reader, entry);
        }
        catch (JsonException e)
        {
            problem = $"it is not valid JSON at byte {e.BytePositionInLine}";
        }
        catch (InvalidOperationException)
        {
            problem = "a string has half a surrogate pair in it, which is no text";
        }

        return problem.Length == 0;
    }

    private static string Parse(ref Utf8JsonReader reader, ParsedEntry entry)
    {
        const string Shape = """it is no object {"key": "...", "value": "..."}""";
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return Shape;
        bool hasKey = false;
        bool hasValue = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isHex =
                reader.ValueTextEquals("key_hex"u8) || reader.ValueTextEquals("value_hex"u8);
            bool isKey = reader.ValueTextEquals("key"u8) || reader.ValueTextEquals("key_hex"u8);
            bool isValue =
                reader.ValueTextEquals("value"u8) || reader.ValueTextEquals("value_hex"u8);
            if (!isKey && !isValue) return $"the property '{reader.GetString()}' is unknown";
            if (isKey ? hasKey : hasValue) return $"'{reader.GetString()}' is said twice";
            hasKey |= isKey;
            hasValue |= isValue;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return Shape;
            if (!TryCopy(ref reader, isHex, isKey ? entry.Key : entry.Value))
                return "a hex string takes pairs of 0-9 and a-f";
        }

        reader.Read(); // Throws if anything but white space follows.
        return hasKey && hasValue ? "" : Shape;
    }

    private static bool TryCopy(
        ref Utf8JsonReader reader, bool isHex, ArrayBufferWriter<byte> destination)
    {
        if (isHex)
        {
            string digits = reader.GetString() ?? "";
            Span<byte> bytes = destination.GetSpan(Math.Max(1, digits.Length / 2));
            if (Convert.FromHexString(digits, bytes, out _, out int length)
                != OperationStatus.Done)
            {
                return false;
            }

            destination.Advance(length);
            return true;
        }

        // Escapes only make the text shorter.
        Span<byte> text = destination.GetSpan(Math.Max(1, reader.ValueSpan.Length));
        destination.Advance(reader.CopyString(text));
        return true;
    }
}
