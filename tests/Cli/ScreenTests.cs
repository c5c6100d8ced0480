using System.Text;
using KvCow.Tests.Support;
using Xunit.Abstractions;

namespace KvCow.Tests.Cli;

/// <summary>
/// The commands, the help and the shell at a real terminal, whose screens are the page
/// <c>docs/shell.md</c>. To accept a change of it, run with <c>KVCOW_ACCEPT_CLI=1</c> and commit
/// the file that this rewrites.
/// </summary>
public class ScreenTests(ITestOutputHelper log)
{
    private const string Opening = """
        # The tool at a terminal

        Screens of a real terminal, made by `tests/Cli/ScreenTests`. On a terminal there are
        colours, tables and, for long work, progress bars; elsewhere plain lines. All commands:
        [cli.md](cli.md).

        """;

    [Fact]
    public void The_page_of_screens_is_what_a_terminal_shows()
    {
        if (IsAbsent()) return;
        using CommandFolder folder = new();
        using TmuxScreen screen = new(Path.GetDirectoryName(folder.Database)!);
        screen.AwaitLastLine("$");
        StringBuilder page = new(Opening);
        string folderName = Path.GetDirectoryName(folder.Database) + "/";

        Do(screen, "kvcow put test.kvcow apple 3 -b stock/fruit");
        Do(screen, "kvcow put test.kvcow pear \"X'00cafe'\" -b stock/fruit");
        Do(screen, "kvcow put test.kvcow 2026-11-21/1 '3 apples' -b orders");
        Do(screen, "kvcow buckets test.kvcow");
        Add(page, "Buckets and entries", Do(screen, "kvcow list test.kvcow -b stock/fruit"));

        screen.Clear();
        screen.Enter("kvcow shell test.kvcow");
        screen.AwaitLastLine("default>");
        Do(screen, "use stock/fruit", "stock/fruit>");
        Do(screen, "list", "stock/fruit>");
        Do(screen, "begin", "stock/fruit*>");
        Do(screen, "put plum 7", "stock/fruit*>");
        Do(screen, "delete pear", "stock/fruit*>");
        Do(screen, "count", "stock/fruit*>");
        Do(screen, "rollback", "stock/fruit>");
        Do(screen, "list --keys-only", "stock/fruit>");
        Add(page, "The shell", Do(screen, "exit"));

        screen.Clear();
        Add(page, "Help", Do(screen, "kvcow get --help"));

        string path = Path.Combine(Repository.Root, "docs", "shell.md");
        string shown = page.ToString().Replace(folderName, "", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("KVCOW_ACCEPT_CLI") == "1")
            File.WriteAllText(path, shown);
        Assert.Equal(File.ReadAllText(path), shown);
    }

    [Fact]
    public void Control_C_at_a_terminal_ends_an_import_and_leaves_the_batches_before()
    {
        if (IsAbsent()) return;
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        using TmuxScreen screen = new(Path.GetDirectoryName(folder.Database)!);
        screen.AwaitLastLine("$");
        screen.Enter("kvcow import test.kvcow - --format lines; echo code $?");
        screen.Await(text => text.Contains("Importing", StringComparison.Ordinal));
        screen.Press("C-c");
        screen.Await(text => text.Contains("code 130", StringComparison.Ordinal));
        Assert.Equal(["k\tv"], folder.Do("list").Lines);
    }

    [Fact]
    public void Colours_are_for_a_terminal_only()
    {
        if (IsAbsent()) return;
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        using TmuxScreen screen = new(Path.GetDirectoryName(folder.Database)!);
        screen.AwaitLastLine("$");
        // What a terminal would get, through a second one that writes all down.
        Do(screen, "script -qec 'kvcow verify test.kvcow' shown > /dev/null");
        Do(screen, "kvcow verify test.kvcow > piped");
        Assert.Contains("\u001b[", File.ReadAllText(folder.PathOf("shown")));
        Assert.DoesNotContain("\u001b", File.ReadAllText(folder.PathOf("piped")));
    }

    private bool IsAbsent()
    {
        if (TmuxScreen.Absence is not { } reason) return false;
        // Said aloud, so that nobody takes the silence for a pass.
        log.WriteLine($"NOT TESTED at a terminal: {reason}");
        Console.Error.WriteLine($"NOT TESTED at a terminal: {reason}");
        Assert.StartsWith("tmux is ", reason, StringComparison.Ordinal);
        return true;
    }

    private static string Do(TmuxScreen screen, string line, string prompt = "$")
    {
        screen.Enter(line);
        return screen.AwaitLastLine(prompt);
    }

    private static void Add(StringBuilder page, string title, string screen)
    {
        // The prompt that waits for the next command is no part of it.
        string shown = screen[..screen.LastIndexOf('\n')].TrimEnd();
        page.Append($"\n## {title}\n\n```\n{shown}\n```\n");
    }
}
