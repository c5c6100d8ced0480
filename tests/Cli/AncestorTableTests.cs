using System.Text.RegularExpressions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

/// <summary>
/// What each of the five engines that KvCow grew from offered on its command line, row by row: the
/// built program does it, under the name it had there.
/// </summary>
public class AncestorTableTests
{
    /// <summary>
    /// Ancestor, what it offered, and the commands: arguments with FILE for the database and DIR
    /// for its folder, then what is printed, as a pattern; or the exit code after a !.
    /// </summary>
    private static TheoryData<string, string, string[]> AllRows => new()
    {
        {
            "btree_store", "buckets: named key spaces in one file",
            [
                "bucket create FILE a/b =>", "put FILE k v -b a/b =>",
                "buckets FILE => ^a\t0\na/b\t1\n$", "bucket delete FILE a/b =>",
                "buckets FILE => ^a\t0\n$",
            ]
        },
        {
            "btree_store", "iterators both ways",
            [
                "put FILE a 1 =>", "put FILE b 2 =>", "list FILE => ^a\t1\nb\t2\n$",
                "list FILE --reverse => ^b\t2\na\t1\n$",
            ]
        },
        {
            "tokimo-kvdb", "put, get, delete, list",
            [
                "put FILE k v =>", "get FILE k => ^v\n$", "list FILE => ^k\tv\n$",
                "delete FILE k =>", "get FILE k !1",
            ]
        },
        {
            "tokimo-kvdb", "stats, inspect, verify (pages verified, depth), compact",
            [
                "put FILE k v =>", "stats FILE => entries +1\n", "inspect FILE => default",
                "verify FILE => ^sound: \\d+ pages, 1 entries, depth 1\n$",
                "compact FILE => bytes",
            ]
        },
        {
            "tokimo-kvdb", "export and import: a portable file",
            [
                "put FILE k v =>", "export FILE DIR/out =>", "import DIR/copy DIR/out =>",
                "get DIR/copy k => ^v\n$",
            ]
        },
        {
            "tokimo-kvdb", "a benchmark",
            ["bench --count 100 --commits 2 --path DIR => durable put .*/s\n"]
        },
        {
            "yakvdb", "insert, remove, lookup, len",
            [
                "insert FILE k v =>", "insert FILE l w =>", "lookup FILE k => ^v\n$",
                "len FILE => ^2\n$", "remove FILE k =>", "len FILE => ^1\n$",
            ]
        },
        {
            "yakvdb", "min, max, above, below",
            [
                "insert FILE a 1 =>", "insert FILE c 3 =>", "min FILE => ^a\t1\n$",
                "max FILE => ^c\t3\n$", "above FILE a => ^c\t3\n$", "below FILE c => ^a\t1\n$",
                "above FILE c !1", "below FILE a !1",
            ]
        },
        {
            "yakvdb", "hex literals, the page size given when the file is made",
            [
                "insert FILE X'00cafebabe' X'ff' --page-bytes 8192 =>",
                "list FILE -o hex => ^00cafebabe\tff\n$", "stats FILE => page bytes +8192\n",
            ]
        },
        {
            "yakvdb", "demo, and tools to defragment and restore",
            [
                "demo --count 500 --cache-mb 16 --readers 1 --path DIR => All checks passed",
                "put FILE k v =>", "compact FILE --to DIR/short => bytes",
                "backup FILE DIR/backup =>", "restore DIR/backup DIR/restored =>",
                "get DIR/restored k => ^v\n$",
            ]
        },
        {
            "toy-kv", "get, put, delete, scan; values apart from keys",
            [
                "put FILE a 1 =>", "put FILE b --input DIR/large =>", "put FILE c 3 =>",
                "scan FILE --keys-only --from b => ^b\nc\n$",
                "stats FILE => overflow pages +[1-9]", "delete FILE b =>",
                "scan FILE => ^a\t1\nc\t3\n$",
            ]
        },
        {
            "kvs", "set, get, rm; a missing key is told and ends with another exit code",
            [
                "set FILE k v =>", "get FILE k => ^v\n$", "rm FILE k =>", "rm FILE k !1",
                "get FILE k !1",
            ]
        },
    };

    /// <summary>Each half of the gate starts the program for half of them.</summary>
    public static IEnumerable<object[]> Rows =>
        AllRows.Where(static (_, i) => GateHalf.Has(i));

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_program_does_what_it_did(string ancestor, string offer, string[] commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        using CommandFolder folder = new();
        folder.Write("large", new string('x', 100_000));
        foreach (string command in commands)
        {
            Match parts = Regex.Match(command, "^(.*?) (=> ?|!)(.*)$", RegexOptions.Singleline);
            string[] arguments = [.. parts.Groups[1].Value.Split(' ').Select(word => word
                .Replace("FILE", folder.Database, StringComparison.Ordinal)
                .Replace("DIR", Path.GetDirectoryName(folder.Database), StringComparison.Ordinal))];
            CommandRun run = BuiltProgram.Run("", arguments);
            string wanted = parts.Groups[3].Value;
            bool isFailure = parts.Groups[2].Value == "!";
            string what = $"{ancestor}, {offer}: '{command}' ended with {run.ExitCode}, "
                + $"{run.Text}{run.Error}";
            Assert.True(run.ExitCode == (isFailure ? wanted[0] - '0' : 0), what);
            if (isFailure) Assert.True(run.Error == "Key not found\n", what);
            else if (wanted.Length > 0) Assert.True(Regex.IsMatch(run.Text, wanted), what);
            else Assert.True(run.Output.Length == 0, what);
        }
    }
}
