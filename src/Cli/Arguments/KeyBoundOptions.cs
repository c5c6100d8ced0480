using System.CommandLine;

namespace KvCow.Cli.Arguments;

/// <summary>The options that bound a range of keys, for every command that takes one.</summary>
internal sealed class KeyBoundOptions
{
    public Option<ByteLiteral> Prefix { get; } =
        CommonArguments.Bound("--prefix", "Only keys that begin with this");

    public Option<ByteLiteral> From { get; } =
        CommonArguments.Bound("--from", "Only keys from this one on");

    public Option<ByteLiteral> To { get; } =
        CommonArguments.Bound("--to", "Only keys below this one");

    /// <summary>The bounds as far as they are given.</summary>
    public KeyBounds Of(ParseResult parsed) =>
        new(parsed.GetValue(Prefix), parsed.GetValue(From), parsed.GetValue(To));
}
