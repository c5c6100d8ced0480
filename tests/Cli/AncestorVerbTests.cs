using System.CommandLine;
using KvCow.Cli.Commands;

namespace KvCow.Tests.Cli;

/// <summary>
/// The verbs of the engines that KvCow grew from are commands here, under their own names. What
/// they do is in <see cref="AncestorTableTests"/>.
/// </summary>
public class AncestorVerbTests
{
    /// <summary>Each ancestor with its verbs.</summary>
    public static TheoryData<string, string> Verbs => new()
    {
        { "tokimo-kvdb", "put get delete list stats compact verify inspect export import" },
        { "yakvdb", "insert remove lookup min max above below len demo" },
        { "toy-kv", "get put delete scan" },
        { "kvs", "set get rm" },
        { "btree_store", "bucket buckets" },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_is_a_command(string ancestor, string verbs)
    {
        ArgumentNullException.ThrowIfNull(verbs);
        RootCommand root = CommandTree.Create();
        foreach (string verb in verbs.Split(' '))
        {
            Assert.True(
                root.Subcommands.Any(c => c.Name == verb || c.Aliases.Contains(verb)),
                $"{ancestor}'s verb '{verb}' is no command.");
        }
    }
}
