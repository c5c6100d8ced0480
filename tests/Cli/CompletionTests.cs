using System.Diagnostics;

namespace KvCow.Tests.Cli;

public class CompletionTests
{
    [Theory]
    [InlineData("li", "list")]
    [InlineData("bucket re", "rename")]
    [InlineData("list shop.kvcow --pre", "--prefix")]
    [InlineData("completion fi", "fish")]
    public void The_program_offers_words_for_what_was_typed(string typed, string offer)
    {
        CommandRun run = CommandFolder.RunWithInput("", $"[suggest:{typed.Length}]", typed);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(offer, run.Lines);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void There_is_a_script_for_each_shell(string shell)
    {
        CommandRun run = CommandFolder.RunWithInput("", "completion", shell);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("[suggest:", run.Text, StringComparison.Ordinal);
        Assert.Equal(2, CommandFolder.RunWithInput("", "completion", "csh").ExitCode);
    }

    [Theory]
    [InlineData("kvcow li", "li", "list")]
    [InlineData("kvcow list shop.kvcow --pre", "--pre", "--prefix")]
    [InlineData("kvcow list ", "", "")]
    public void The_script_for_bash_completes_in_bash(string line, string word, string offers)
    {
        using CommandFolder folder = new();
        string script = CommandFolder.RunWithInput("", "completion", "bash").Text;
        string test = folder.Write("complete.sh", $$"""
            kvcow() { dotnet "{{BuiltProgram.Path}}" "$@"; }
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            COMP_WORDS=(kvcow '{{word}}') COMP_CWORD=1
            _kvcow
            echo "${COMPREPLY[*]}"
            """);
        ProcessStartInfo start = new("bash", [test]) { RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;
        Assert.Equal(offers, bash.StandardOutput.ReadToEnd().TrimEnd());
        bash.WaitForExit();
    }
}
