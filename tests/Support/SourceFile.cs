namespace KvCow.Tests.Support;

/// <summary>One C# source: its path from the root, with forward slashes, and its lines.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    /// <summary>Folder below <c>src/Engine</c>; empty right in it, null elsewhere.</summary>
    public string? EngineLayer
    {
        get
        {
            const string Engine = "src/Engine/";
            if (!Path.StartsWith(Engine, StringComparison.Ordinal)) return null;
            string rest = Path[Engine.Length..];
            int slash = rest.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 ? "" : rest[..slash];
        }
    }

    /// <summary>Lines that fulfil the condition, as <c>path:line: text</c>.</summary>
    public IEnumerable<string> Find(Func<string, bool> condition) =>
        Lines.Select((text, index) => (Text: text, Number: index + 1))
            .Where(line => condition(line.Text))
            .Select(line => $"{Path}:{line.Number}: {line.Text.Trim()}");
}
