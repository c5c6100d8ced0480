using RadLine;
using Spectre.Console;

namespace KvCow.Cli.Shell;

/// <summary>The bucket in use, with a star as long as something waits for its commit.</summary>
internal sealed class ShellPrompt(ShellSession session) : ILineEditorPrompt
{
    /// <inheritdoc />
    public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line)
    {
        string star = session.IsInTransaction ? "*" : "";
        return (new Markup($"[bold]{Markup.Escape(session.Bucket.ToString())}{star}>[/]"), 1);
    }
}
