using System.Globalization;
using System.Text.Json;

namespace KvCow.Cli.Output;

/// <summary>One JSON value on standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>An object of numbers, texts and truths.</summary>
    public static void Write(params (string Name, object Value)[] properties) => Write(json =>
    {
        json.WriteStartObject();
        foreach ((string name, object value) in properties)
        {
            if (value is double rate) json.WriteNumber(name, rate);
            else if (value is string text) json.WriteString(name, text);
            else if (value is bool truth) json.WriteBoolean(name, truth);
            else json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    });

    public static void Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, Indented)) write(writer);
        using OutputStream output = OutputStream.Standard();
        output.Write(text.GetBuffer().AsSpan(0, (int)text.Length));
        output.Write("\n"u8);
    }
}
