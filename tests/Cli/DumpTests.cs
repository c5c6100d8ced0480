using System.Diagnostics;
using Xunit.Abstractions;

namespace KvCow.Tests.Cli;

public class DumpTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("--print")]
    [InlineData(null)]
    public void What_is_loaded_is_what_was_dumped(string? option)
    {
        using CommandFolder folder = new();
        Fill(folder);
        string dump = folder.Write("dump", Run("dump", folder.Database, option).Text);
        string copy = folder.PathOf("copy");
        Run("load", copy, dump);
        Assert.Equal(Content(File.ReadAllText(dump)), Content(Run("dump", copy, option).Text));
    }

    [Theory]
    [InlineData("--print")]
    [InlineData(null)]
    public void Lmdb_loads_a_dump_and_dumps_the_same(string? option)
    {
        using CommandFolder folder = new();
        Fill(folder);
        string dump = folder.Write("dump", Run("dump", folder.Database, option).Text);
        Assert.Contains("database=a/b\n", File.ReadAllText(dump), StringComparison.Ordinal);
        string lmdb = folder.PathOf("lmdb");
        Directory.CreateDirectory(lmdb);
        if (Tool("mdb_load", "-f", dump, lmdb) is null)
        {
            const string Absent =
                "NOT TESTED against LMDB: mdb_load is absent. Install lmdb-utils and run again.";
            log.WriteLine(Absent);
            Console.Error.WriteLine(Absent);
            return;
        }

        // Compared in hex: mdb_dump 0.9.24 prints a backslash as it is, which nobody can read.
        string? dumped = Tool("mdb_dump", "-a", lmdb);
        Assert.Equal(Run("dump", folder.Database).Text, dumped);
        string copy = folder.PathOf("copy");
        Run("load", copy, folder.Write("theirs", dumped ?? ""));
        Assert.Equal(Content(dumped ?? ""), Content(Run("dump", copy).Text));
    }

    [Theory]
    [InlineData("--print")]
    [InlineData(null)]
    public void Berkeley_db_loads_a_dump_and_dumps_the_same(string? option)
    {
        using CommandFolder folder = new();
        Fill(folder);
        string text = Run("dump", folder.Database, "--berkeley", option).Text;
        string dump = folder.Write("dump", text);
        string berkeley = folder.PathOf("berkeley");
        string prefix = Tool("db5.3_load", "-f", dump, berkeley) is not null ? "db5.3_" : "db_";
        if (prefix == "db_" && Tool("db_load", "-f", dump, berkeley) is null)
        {
            const string Absent = "NOT TESTED against Berkeley DB: db_load is absent. "
                + "Install db-util and run again.";
            log.WriteLine(Absent);
            Console.Error.WriteLine(Absent);
            return;
        }

        string? dumped = Tool($"{prefix}dump", option is null ? [berkeley] : ["-p", berkeley]);
        // It writes a backslash as two, where others, who read both, write its number.
        Assert.Equal(text, dumped?.Replace(@"\\", @"\5c", StringComparison.Ordinal));
        string copy = folder.PathOf("copy");
        Run("load", copy, folder.Write("theirs", dumped ?? ""));
        Assert.Equal(text, Run("dump", copy, "--berkeley", option).Text);
    }

    [Fact]
    public void A_bad_line_is_named_and_stops_the_load_unless_skipped()
    {
        using CommandFolder folder = new();
        const string Header = "VERSION=3\nformat=bytevalue\ntype=btree\nHEADER=END\n";
        string bad = folder.Write("bad", $"{Header} 61\n 31\n 6\n 32\n 62\n 33\nDATA=END\n");
        CommandRun stopped = folder.Run("load", bad);
        Assert.Equal(2, stopped.ExitCode);
        Assert.StartsWith("kvcow: line 7 ", stopped.Error, StringComparison.Ordinal);
        CommandRun skipped = folder.Do("load", bad, "--skip-bad", "--bucket", "x");
        Assert.EndsWith("2 entries loaded, 1 bad lines skipped\n", skipped.Error,
            StringComparison.Ordinal);
        Assert.Equal(["a\t1", "b\t3"], folder.Do("list", "-b", "x").Lines);
        foreach (string text in new[]
            {
                "", "x", "VERSION=9\nHEADER=END\nDATA=END\n", $"{Header} 61\n", "VERSION=3\n",
                "VERSION=3\nduplicates=1\nHEADER=END\nDATA=END\n",
            })
        {
            Assert.Equal(2, folder.Run("load", folder.Write("refused", text)).ExitCode);
        }
    }

    /// <summary>All lines but the room to reserve, which is the file's own affair.</summary>
    private static IEnumerable<string> Content(string dump) =>
        dump.Split('\n').Where(line => !line.StartsWith("mapsize=", StringComparison.Ordinal));

    private static void Fill(CommandFolder folder)
    {
        using Database database = Database.Open(folder.Database);
        database.Write(tx =>
        {
            WritableBucket a = tx.CreateBucket("a");
            WritableBucket b = a.CreateBucket("b");
            for (int i = 1; i < 300; i++)
            {
                byte[] key = [(byte)i, (byte)(i >> 8), (byte)'\\', (byte)'k'];
                a.Put(key, new byte[i * 20 % 5000]);
                b.Put([.. key, .. "tail"u8], "\\ \n~text\u00e9"u8);
            }
        });
    }

    private static CommandRun Run(string verb, string file, params string?[] last)
    {
        CommandRun run =
            CommandFolder.RunWithInput("", [verb, file, .. last.OfType<string>()]);
        Assert.True(run.ExitCode == 0, $"{verb}: {run.ExitCode}, {run.Error}");
        return run;
    }

    /// <summary>What the tool prints; null if there is no such tool.</summary>
    private static string? Tool(string name, params string[] arguments)
    {
        ProcessStartInfo start = new(name) { RedirectStandardOutput = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using Process? process = Process.Start(start);
            string? output = process?.StandardOutput.ReadToEnd();
            process?.WaitForExit();
            Assert.Equal(0, process?.ExitCode);
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
