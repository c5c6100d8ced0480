namespace KvCow.Cli.Import;

/// <summary>The formats that an import reads, by name, and which of them an input has.</summary>
internal static class ImportFormats
{
    /// <summary>What <c>export</c> makes of a whole database.</summary>
    public const string Whole = "kvcow";

    /// <summary>Where a database says that it is one; see docs/file-format.md.</summary>
    private const int MagicOffset = 40;

    /// <summary>The formats of one entry a line.</summary>
    public static readonly IReadOnlyDictionary<string, ILineFormat> ByLine =
        new Dictionary<string, ILineFormat>
        {
            ["lines"] = new PlainLineFormat(),
            ["tsv"] = new TabLineFormat(),
            ["jsonl"] = new JsonLineFormat(),
        };

    /// <summary>The format that the first line is sound in.</summary>
    /// <param name="head">The input's first bytes: all of it, or more than a line.</param>
    /// <exception cref="UsageException">It is what another command reads.</exception>
    public static string Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("KVCOWEXP"u8)) return Whole;
        if (head.StartsWith("VERSION="u8))
            throw new UsageException("This is a dump: 'kvcow load' reads it.");
        if (head.Length > MagicOffset && head[MagicOffset..].StartsWith("KvCow\r\n"u8))
            throw new UsageException("This is a database or a backup: see 'kvcow restore'.");
        int end = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
        ParsedEntry entry = new();
        if (line.TrimStart((byte)' ').StartsWith("{"u8)
            && ByLine["jsonl"].TryParse(line, entry, out _))
        {
            return "jsonl";
        }

        entry.Clear();
        return ByLine["tsv"].TryParse(line, entry, out _) ? "tsv" : "lines";
    }
}
