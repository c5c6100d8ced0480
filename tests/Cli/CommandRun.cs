using System.Text;

namespace KvCow.Tests.Cli;

/// <summary>What one run of the program left behind.</summary>
internal sealed record CommandRun(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>The lines of the output, which end in a line feed each.</summary>
    public string[] Lines => Text.Length == 0 ? [] : Text.TrimEnd('\n').Split('\n');
}
