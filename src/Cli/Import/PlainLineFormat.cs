using System.Buffers;

namespace KvCow.Cli.Import;

/// <summary>The whole line, whatever its bytes, is a key; its value is empty.</summary>
internal sealed class PlainLineFormat : ILineFormat
{
    public bool TryParse(ReadOnlySpan<byte> line, ParsedEntry entry, out string problem)
    {
        entry.Key.Write(line);
        problem = "";
        return true;
    }
}
