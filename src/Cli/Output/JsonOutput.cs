using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KvCow.Cli.Output;

/// <summary>JSON values on standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private static readonly JsonWriterOptions InLine = new()
    {
        // The output is no web page: quotes and letters stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An object of numbers, texts and truths.</summary>
    public static void Write(params (string Name, object Value)[] properties) =>
        Write(json => WriteObject(json, properties));

    /// <summary>The same in one line, for output that goes on.</summary>
    public static void WriteLine(params (string Name, object Value)[] properties) =>
        Write(json => WriteObject(json, properties), InLine);

    public static void Write(Action<Utf8JsonWriter> write) => Write(write, Indented);

    private static void WriteObject(
        Utf8JsonWriter json, (string Name, object Value)[] properties)
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
    }

    private static void Write(Action<Utf8JsonWriter> write, JsonWriterOptions form)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, form)) write(writer);
        using OutputStream output = OutputStream.Standard();
        output.Write(text.GetBuffer().AsSpan(0, (int)text.Length));
        output.Write("\n"u8);
    }
}
