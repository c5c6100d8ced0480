using System.Text.Json;

namespace KvCow.Cli.Output;

/// <summary>One JSON value on standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, Indented)) write(writer);
        using OutputStream output = OutputStream.Standard();
        output.Write(text.GetBuffer().AsSpan(0, (int)text.Length));
        output.Write("\n"u8);
    }
}
