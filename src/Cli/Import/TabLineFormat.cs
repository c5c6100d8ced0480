using KvCow.Cli.Output;

namespace KvCow.Cli.Import;

/// <summary>Key, tab, value, as <c>kvcow list --escape</c> writes them.</summary>
internal sealed class TabLineFormat : ILineFormat
{
    public bool TryParse(ReadOnlySpan<byte> line, ParsedEntry entry, out string problem)
    {
        int tab = line.IndexOf((byte)'\t');
        if (tab < 0)
        {
            problem = "there is no tab between key and value";
            return false;
        }

        // A further tab can only belong to the value.
        return EscapedText.TryRead(line[..tab], entry.Key, out problem)
            && EscapedText.TryRead(line[(tab + 1)..], entry.Value, out problem);
    }
}
