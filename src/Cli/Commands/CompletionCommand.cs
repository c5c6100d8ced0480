using System.CommandLine;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow completion</c>: a script by which a shell completes command lines.</summary>
internal static class CompletionCommand
{
    /// <summary>
    /// Each passes what was typed after the program's name to its directive <c>[suggest:N]</c>, N
    /// being the place of the cursor. Options are offered after a dash only: elsewhere the
    /// names of files matter more.
    /// </summary>
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # kvcow for bash. In ~/.bashrc: eval "$(kvcow completion bash)"
            _kvcow() {
                local typed=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} offer
                [[ $typed == *" "* ]] || return
                typed=${typed#* }
                COMPREPLY=()
                while IFS= read -r offer; do
                    [[ $word != -* && $offer == -* ]] && continue
                    [[ -n $offer && $offer == "$word"* ]] && COMPREPLY+=("$offer")
                done < <("${COMP_WORDS[0]}" "[suggest:${#typed}]" "$typed" 2>/dev/null)
            }
            complete -o default -F _kvcow kvcow
            """,
        ["zsh"] = """
            #compdef kvcow
            # kvcow for zsh. In ~/.zshrc, after compinit: eval "$(kvcow completion zsh)"
            _kvcow() {
                local typed=${${BUFFER[1,CURSOR]}#* }
                local -a offers
                offers=(${(f)"$(${words[1]} "[suggest:${#typed}]" "$typed" 2>/dev/null)"})
                [[ $PREFIX == -* ]] || offers=(${offers:#-*})
                (( $#offers )) && compadd -- $offers
                [[ $PREFIX == -* ]] || _files
            }
            compdef _kvcow kvcow
            """,
        ["fish"] = """
            # kvcow for fish. kvcow completion fish > ~/.config/fish/completions/kvcow.fish
            function __kvcow_offers
                set -l typed (commandline -cp | string replace -r '^\S+\s+' '')
                kvcow "[suggest:"(string length -- "$typed")"]" "$typed" 2>/dev/null
            end
            complete -c kvcow -a '(__kvcow_offers)'
            """,
        ["pwsh"] = """
            # kvcow for PowerShell. In $PROFILE:
            #     kvcow completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName kvcow -ScriptBlock {
                param($word, $ast, $cursor)
                $line = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
                $typed = $line -replace '^\S+\s', ''
                kvcow "[suggest:$($typed.Length)]" $typed |
                    Where-Object { $_ -like "$word*" } |
                    Where-Object { $word -like '-*' -or $_ -notlike '-*' }
            }
            """,
    };

    public static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Command command = new("completion", """
            Print a script by which a shell completes kvcow's command lines

            Examples:
              eval "$(kvcow completion bash)"
              kvcow completion fish > ~/.config/fish/completions/kvcow.fish
            """)
        {
            shell,
        };
        command.SetWork((parsed, _) =>
        {
            StandardStreams.Out.Write(Scripts[parsed.GetRequiredValue(shell)] + "\n");
            return ExitCode.Done;
        });
        return command;
    }
}
