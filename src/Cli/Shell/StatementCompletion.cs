using System.Text;
using KvCow.Cli.Arguments;
using RadLine;

namespace KvCow.Cli.Shell;

/// <summary>Completes statements, then buckets or keys, whichever the statement takes.</summary>
internal sealed class StatementCompletion(StatementTree statements) : ITextCompletion
{
    private const int KeysMax = 50;

    private static readonly string[] TakeBucket = ["use", "create", "drop"];
    private static readonly string[] TakeKey =
        ["get", "put", "set", "delete", "rm", "rank", "above", "below", "floor", "ceiling"];

    /// <inheritdoc />
    public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix)
    {
        string statement = prefix.Trim();
        IEnumerable<string> all = statement.Length == 0
            ? statements.Statements.Select(command => command.Name)
            : TakeBucket.Contains(statement) ? FindBuckets()
            : TakeKey.Contains(statement) ? FindKeys(word)
            : [];
        string[] found = [.. all.Where(text => text.StartsWith(word, StringComparison.Ordinal))];
        return found.Length == 0 ? null : found;
    }

    private List<string> FindBuckets() =>
        [.. statements.Session.ListBuckets(CancellationToken.None).Select(line => line.Path)];

    private List<string> FindKeys(string word)
    {
        ShellSession session = statements.Session;
        try
        {
            return session.Read(session.Bucket, bucket => KeysOf(bucket, word));
        }
        catch (BucketNotFoundException)
        {
            return [];
        }
    }

    // Keys that are no plain word would have to be typed otherwise: they are left out.
    private static List<string> KeysOf(Bucket bucket, string word)
    {
        List<string> keys = [];
        foreach (EntryView entry in bucket.Prefix(Encoding.UTF8.GetBytes(word)))
        {
            string key = Encoding.UTF8.GetString(entry.Key);
            if (!key.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\'' or '"' or '�'))
                keys.Add(key);
            if (keys.Count == KeysMax) break;
        }

        return keys;
    }
}
