using System.CommandLine;
using KvCow.Cli.Commands;

namespace KvCow.Tests.Cli;

/// <summary>
/// The verbs of the engines that KvCow grew from mean the same here, under their own names.
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

    [Fact]
    public void The_verbs_of_kvs_answer_as_there()
    {
        using CommandFolder folder = new();
        folder.Do("set", "k", "v");
        Assert.Equal("v\n", folder.Do("get", "k").Text);
        folder.Do("rm", "k");
        CommandRun missing = folder.Run("rm", "k");
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Equal("Key not found\n", missing.Error);
    }

    [Fact]
    public void The_verbs_of_yakvdb_find_neighbours_and_the_length()
    {
        using CommandFolder folder = new();
        foreach (string key in (string[])["X'01'", "X'02'", "X'03'", "X'00cafebabe'"])
            folder.Do("insert", key, "v");
        folder.Do("remove", "X'02'");
        Assert.Equal("3", folder.Do("len").Lines[0]);
        Assert.Equal("v\n", folder.Do("lookup", "X'00cafebabe'").Text);
        Assert.Equal(@"\x00\xca\xfe\xba\xbe", Key(folder.Do("min", "-o", "escaped")));
        Assert.Equal(@"\x03", Key(folder.Do("max", "-o", "escaped")));
        Assert.Equal(@"\x03", Key(folder.Do("above", "X'01'", "-o", "escaped")));
        Assert.Equal(@"\x01", Key(folder.Do("below", "X'03'", "-o", "escaped")));
    }

    [Fact]
    public void The_verbs_of_tokimo_and_toy_work_on_one_file()
    {
        using CommandFolder folder = new();
        folder.Do("import", folder.Write("lines", "a\t1\nb\t2\nc\t3\n"), "--format", "tsv");
        folder.Do("put", "d", "4");
        folder.Do("delete", "a");
        Assert.Equal(["b\t2", "c\t3", "d\t4"], folder.Do("list").Lines);
        Assert.Equal(["d\t4", "c\t3"], folder.Do("scan", "--from", "c", "--reverse").Lines);
        Assert.Contains("entries                        3", folder.Do("stats").Lines);
        Assert.StartsWith("sound: ", folder.Do("verify").Text, StringComparison.Ordinal);
        folder.Do("compact");
        Assert.Contains("default", folder.Do("inspect").Text, StringComparison.Ordinal);
        Assert.Equal(["b\t2", "c\t3", "d\t4"],
            folder.Do("export", "-", "--format", "tsv").Lines);
    }

    private static string Key(CommandRun run) => run.Lines[0].Split('\t')[0];
}
