namespace KvCow.Cli.Output;

/// <summary>
/// What a command reads and writes: the console, or streams from whoever runs commands within a
/// process of another purpose. No command asks the console itself, the line editor aside.
/// </summary>
/// <param name="Input">Read as bytes, or as text by the reader.</param>
/// <param name="Reader">Reads the input.</param>
/// <param name="Output">Gets bytes; disposed by each that writes, and used again.</param>
/// <param name="Writer">Writes to the output, and keeps nothing back.</param>
/// <param name="Messages">Gets what is for people.</param>
internal sealed record StandardStreams(
    Stream Input, TextReader Reader, Stream Output, TextWriter Writer, TextWriter Messages)
{
    // Commands go on on other threads, and several run beside each other.
    private static readonly AsyncLocal<StandardStreams?> Given = new();

    public static TextReader In => Given.Value?.Reader ?? Console.In;

    public static TextWriter Out => Given.Value?.Writer ?? Console.Out;

    public static TextWriter Error => Given.Value?.Messages ?? Console.Error;

    /// <summary>What was given to write to; null if that is the console.</summary>
    public static Stream? GivenOutput => Given.Value?.Output;

    public static bool IsInputRedirected => Given.Value is not null || Console.IsInputRedirected;

    public static bool IsOutputRedirected => Given.Value is not null || Console.IsOutputRedirected;

    public static bool IsErrorRedirected => Given.Value is not null || Console.IsErrorRedirected;

    public static Stream OpenInput() => Given.Value?.Input ?? Console.OpenStandardInput();

    /// <summary>For all that the caller runs until it awaits or returns.</summary>
    public void Give() => Given.Value = this;
}
