using System.Diagnostics;
using System.Text;

namespace KvCow.Tests.Cli;

/// <summary>The shell, with a script piped in and at a real terminal.</summary>
public sealed class ShellTests : IDisposable
{
    // How a new line of the editor begins; a redrawn one lacks the first of the three.
    private const string NewPrompt = "\u001b[1G\u001b[2K\u001b[1G";

    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Statements_are_run_in_order()
    {
        CommandRun run = Pipe(
            "# a comment", "put a 1", "begin", "use x/y", "put \"k \\\"k\" 'v v'", "put X'00' 2",
            "get \"k \\\"k\"", "buckets", "commit", "list --keys-only --from a", "count",
            "rank z", "min", "above a", "delete X'00'", "count", "drop default", "buckets",
            "help", "exit", "put never done");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["v v", "default\t1", "x\t0", "x/y\t2", "k \"k", "2", "2", "\0\t2", "k \"k\tv v",
                "1", "x\t0", "x/y\t1"],
            run.Lines[..12]);
        Assert.Contains(run.Lines, line => line.StartsWith("rollback", StringComparison.Ordinal));
        Assert.Equal(["k \"k\tv v"], _folder.Do("list", "-b", "x/y").Lines);
    }

    [Fact]
    public void Statements_tell_programs_what_they_did_in_lines_of_json()
    {
        string script = string.Join('\n', "use x/y", "put k v", "begin", "put k X'ff'", "get k",
            "list", "commit", "count", "rank z", "max", "delete k", "create b", "buckets",
            "drop b", "begin", "rollback", "");
        CommandRun run =
            CommandFolder.RunWithInput(script, "shell", _folder.Database, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        const string Entry = """{"key":"k","value_hex":"ff"}""";
        Assert.Equal(
            [
                """{"bucket":"x/y"}""", """{"put":true,"new":true,"value_bytes":1}""",
                """{"begun":true}""", """{"put":true,"new":false,"value_bytes":1}""", Entry, Entry,
                """{"committed":true}""", """{"count":1}""", """{"rank":1}""", Entry,
                """{"deleted":true}""", """{"created":true,"bucket":"b"}""",
                """{"path":"b","entries":0}""", """{"path":"x","entries":0}""",
                """{"path":"x/y","entries":0}""", """{"deleted":true,"bucket":"b"}""",
                """{"begun":true}""", """{"rolled_back":true}""",
            ],
            run.Lines);
    }

    [Fact]
    public void The_first_failure_ends_a_script_and_rolls_back()
    {
        CommandRun run = Pipe("put a 1", "begin", "put b 2", "get nothing", "commit");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Key not found\nkvcow: line 4 failed", run.Error);
        Assert.Equal(["a\t1"], _folder.Do("list").Lines);
    }

    [Theory]
    [InlineData("dance", "There is no statement 'dance'")]
    [InlineData("get", "Required argument")]
    [InlineData("get 'a", "A ' is not closed")]
    [InlineData("commit", "No transaction is open")]
    [InlineData("begin", "the transaction was not committed")]
    public void A_mistake_is_explained(string statement, string reason)
    {
        CommandRun run = Pipe(statement);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(reason, run.Error);
    }

    [Fact]
    public void At_a_terminal_there_are_a_prompt_completion_and_history()
    {
        _folder.Do("put", "apple", "red", "-b", "fruit");
        string screen = AtTerminal(
            ("use fr\t", "use fruit"),
            ("get app\t", "get apple"),
            ("begin", "begin"),
            ("put pear green", "put pear green"),
            ("rollback", "rollback"),
            ("\u001b[A\u001b[A\u001b[A\u001b[A", "get apple"),
            ("list", "list"),
            ("exit", "exit"));
        Assert.Contains("default>", screen);
        Assert.Contains("fruit*>", screen);
        Assert.Equal(2, Count(screen, "\nred")); // Completed once, then found in the history.
        Assert.Contains("apple\tred", screen);
        Assert.DoesNotContain("pear\tgreen", screen);
    }

    [Fact]
    public void Help_is_for_a_terminal_too()
    {
        using Process process = StartAtTerminal("--help");
        process.StandardInput.Close();
        string screen = process.StandardOutput.ReadToEnd();
        Assert.Contains("shell", screen);
        Assert.Contains("inspect", screen);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [Fact]
    public void The_built_program_reads_statements_from_a_pipe()
    {
        CommandRun run =
            BuiltProgram.Run("put k \u00e9\nget k\n", "shell", _folder.Database);
        Assert.Equal((0, "\u00e9\n", ""), (run.ExitCode, run.Text, run.Error));
    }

    private CommandRun Pipe(params string[] lines) => CommandFolder.RunWithInput(
        string.Join('\n', lines) + "\n", "shell", _folder.Database);

    /// <summary>
    /// Types lines at a pseudo terminal: each at its prompt, and Enter when the editor shows it.
    /// (Before it reads its first key, the terminal is not yet its own, and Enter means less.)
    /// </summary>
    private string AtTerminal(params (string Typed, string Shown)[] lines)
    {
        using Process process = StartAtTerminal("shell", _folder.Database);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        using CancellationTokenRegistration kill = patience.Token.Register(process.Kill);
        StringBuilder screen = new();
        foreach ((string typed, string shown) in lines)
        {
            Await(process, screen, NewPrompt);
            Type(process, typed);
            Await(process, screen, $">\u001b[0m {shown}");
            Type(process, "\r");
        }

        screen.Append(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return screen.ToString().Replace("\r", "", StringComparison.Ordinal);
    }

    private static void Type(Process process, string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    /// <summary>Reads until a text is on the screen that was not there before.</summary>
    private static void Await(Process process, StringBuilder screen, string text)
    {
        int seen = screen.Length;
        while (!screen.ToString(seen, screen.Length - seen).Contains(text))
        {
            int next = process.StandardOutput.Read();
            Assert.True(next >= 0, $"'{text}' did not come: {screen}");
            screen.Append((char)next);
        }
    }

    /// <summary>Through <c>script</c>, which every Linux has, as it makes a terminal.</summary>
    private static Process StartAtTerminal(params string[] arguments)
    {
        ProcessStartInfo start = new("script")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        start.ArgumentList.Add("-qec");
        start.ArgumentList.Add($"dotnet '{BuiltProgram.Path}' {string.Join(' ', arguments)}");
        start.ArgumentList.Add("/dev/null");
        return Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
    }
}
