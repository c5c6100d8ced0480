using System.Diagnostics;
using System.Globalization;

namespace KvCow.Cli.Demo;

/// <summary>This program, running as the process that is killed.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const string ProgramFile = "KvCow.Cli.dll";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The last number that it printed; 0 before the first.</summary>
    public long LastNumber { get; private set; }

    public static ChildProcess Start(string file)
    {
        string program = Environment.ProcessPath
            ?? throw new InvalidOperationException("The system does not tell this program's path.");
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, ProgramFile));
        start.ArgumentList.Add("demo-child");
        start.ArgumentList.Add(file);
        return new(Process.Start(start)
            ?? throw new InvalidOperationException("The child process did not start."));
    }

    /// <summary>Waits for the next number; false if the process has ended.</summary>
    public bool TryReadNumber()
    {
        string? line = _process.StandardOutput.ReadLine();
        if (line is null) return false;
        LastNumber = long.Parse(line, CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>
    /// Kills it where it stands (SIGKILL on Unix), and reads what it had printed until then.
    /// </summary>
    public void Kill()
    {
        _process.Kill();
        while (TryReadNumber())
        {
        }

        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
