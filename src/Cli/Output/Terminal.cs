using Spectre.Console;

namespace KvCow.Cli.Output;

/// <summary>A console for people: colours and bars on a terminal, plain lines elsewhere.</summary>
internal sealed class Terminal
{
    private readonly IAnsiConsole _console;

    private Terminal(TextWriter writer, bool isRedirected)
    {
        IsTerminal = !isRedirected;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
    }

    public bool IsTerminal { get; }

    /// <summary>Where results go.</summary>
    public static Terminal StandardOutput() =>
        new(StandardStreams.Out, StandardStreams.IsOutputRedirected);

    /// <summary>Where progress goes, so that redirected results stay clean.</summary>
    public static Terminal StandardError() =>
        new(StandardStreams.Error, StandardStreams.IsErrorRedirected);

    /// <summary>
    /// The same for work that prints while it goes on: no terminal if its results go to one, which
    /// a bar would be drawn over.
    /// </summary>
    public static Terminal BesideOutput() =>
        new(StandardStreams.Error,
            StandardStreams.IsErrorRedirected || !StandardStreams.IsOutputRedirected);

    public void Write(Spectre.Console.Rendering.IRenderable renderable) =>
        _console.Write(renderable);

    /// <summary>One line; the style, such as <c>green</c>, counts on a terminal only.</summary>
    public void WriteLine(string text, string style = "default")
    {
        // Spectre would break long lines at a width it makes up where there is no terminal.
        if (IsTerminal) _console.MarkupLine($"[{style}]{Markup.Escape(text)}[/]");
        else _console.Profile.Out.Writer.WriteLine(text);
    }

    /// <summary>
    /// Runs the work under a progress bar, which is gone afterwards; without one if this is no
    /// terminal.
    /// </summary>
    /// <param name="title">What is done.</param>
    /// <param name="total">What the work reports at its end; null if unknown.</param>
    /// <param name="work">Reports now and then how much is done, from any thread.</param>
    public T ShowProgress<T>(string title, double? total, Func<Action<double>, T> work)
    {
        if (!IsTerminal) return work(_ => { });
        return _console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(),
                new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(shown =>
            {
                ProgressTask task = shown.AddTask(Markup.Escape(title), maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                return work(done =>
                {
                    if (total is not null) task.Value = done;
                });
            });
    }
}
