using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Output;

namespace KvCow.Cli.Arguments;

/// <summary>Arguments that several commands take, made anew for each.</summary>
internal static class CommonArguments
{
    public static Argument<string> File() =>
        new("FILE") { Description = "The database file" };

    public static Argument<ByteLiteral> Key() => new("KEY")
    {
        Description = "The key: text, or bytes as X'00cafe'",
        CustomParser = ByteLiteral.Parse,
    };

    public static Option<BucketPath> Bucket() => new("--bucket", "-b")
    {
        Description = "The bucket; nested ones as a/b [default: default]",
        HelpName = "PATH",
        CustomParser = BucketPath.Parse,
    };

    public static Option<bool> Overwrite() => new("--overwrite")
    {
        Description = "Replace a file of that name, once the new one is whole",
    };

    public static Option<ByteLiteral> Bound(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "KEY",
        CustomParser = ByteLiteral.Parse,
    };

    public static Argument<BucketPath> Path(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = BucketPath.Parse,
    };

    public static Option<EntryFormat> Format() => new("--output", "-o")
    {
        Description = "text, escaped, hex or json [default: text, on a terminal escaped]",
        HelpName = "FORMAT",
        DefaultValueFactory = _ =>
            StandardStreams.IsOutputRedirected ? EntryFormat.Text : EntryFormat.Escaped,
    };

    public static Option<bool> KeysOnly() =>
        new("--keys-only") { Description = "Print no values" };

    public static Option<bool> Json() =>
        new("--json") { Description = "Print JSON for programs to read" };

    /// <summary>For commands that print entries, which <c>--output</c> forms.</summary>
    public static Option<bool> JsonEntries() =>
        new("--json") { Description = "The same as --output json" };

    /// <summary>Page size of a file that is created.</summary>
    public static Option<long?> PageBytes()
    {
        Option<long?> option = Number("--page-bytes",
            "Page size if the file is made now: 4096, 8192, ... 65536 [default: 4096]",
            4096, 65536);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && long.TryParse(result.Tokens[0].Value, out long bytes) && !long.IsPow2(bytes))
            {
                result.AddError("--page-bytes takes a power of two.");
            }
        });
        return option;
    }

    /// <summary>A whole number within bounds; null if the option is not given.</summary>
    public static Option<long?> Number(string name, string description, long min, long max) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = parsed =>
            {
                if (long.TryParse(parsed.Tokens[0].Value, NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture, out long number)
                    && number >= min && number <= max)
                {
                    return number;
                }

                parsed.AddError($"{name} takes a number from {min} to {max}.");
                return null;
            },
        };

    /// <summary>The bucket named by the option, or the default one.</summary>
    public static BucketPath BucketPathOf(this ParseResult parsed, Option<BucketPath> option) =>
        parsed.GetValue(option) ?? BucketPath.Default;
}
