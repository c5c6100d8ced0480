using System.Diagnostics;
using System.Globalization;

namespace KvCow.Tests.Cli;

/// <summary>A real terminal, kept by <c>tmux</c>: keys go in, and the screen is what comes out.
/// </summary>
internal sealed class TmuxScreen : IDisposable
{
    private const int Columns = 92;
    private const int Rows = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // A server of its own, which knows nothing of whoever runs the tests.
    private readonly string _socket = $"kvcow-{Guid.NewGuid():n}";

    /// <param name="folder">Where a shell begins; <c>kvcow</c> is the program built here.</param>
    public TmuxScreen(string folder)
    {
        string kvcow = Path.Combine(folder, "kvcow");
        File.WriteAllText(kvcow, $"#!/bin/sh\nexec dotnet '{BuiltProgram.Path}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(kvcow, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Run("-u", "-f", "/dev/null", "new-session", "-d", "-c", folder,
            "-x", Columns.ToString(CultureInfo.InvariantCulture),
            "-y", Rows.ToString(CultureInfo.InvariantCulture),
            $"env LC_ALL=C.UTF-8 PS1='$ ' PATH='{folder}':\"$PATH\" sh");
    }

    /// <summary>Why there is no such terminal on this machine; null if there is one.</summary>
    public static string? Absence
    {
        get
        {
            if (OperatingSystem.IsWindows()) return "tmux is not made for Windows";
            string path = Environment.GetEnvironmentVariable("PATH") ?? "";
            return path.Split(':').Any(folder => File.Exists(Path.Combine(folder, "tmux")))
                ? null
                : "tmux is absent";
        }
    }

    /// <summary>Types a line and Enter.</summary>
    public void Enter(string line)
    {
        Run("send-keys", "-l", line);
        // An editor draws each key; Enter before it has drawn the last would mean less.
        Await(screen => screen.Replace("\n", "", StringComparison.Ordinal)
            .EndsWith(line, StringComparison.Ordinal));
        Run("send-keys", "Enter");
    }

    public void Press(string key) => Run("send-keys", key);

    /// <summary>Waits until the last line on the screen is this; returns the screen.</summary>
    public string AwaitLastLine(string line) =>
        Await(screen => screen.EndsWith($"\n{line}", StringComparison.Ordinal) || screen == line);

    /// <summary>Waits until the screen, without the empty lines at its end, is as wanted.</summary>
    public string Await(Func<string, bool> isWanted)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string screen = Run("capture-pane", "-p").TrimEnd();
            if (isWanted(screen)) return screen;
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It stays so:\n{screen}");
            // Nothing tells when a program draws; asking all the time would slow it down.
            Run("run-shell", "sleep 0.03");
        }
    }

    public void Clear()
    {
        Enter("clear");
        Await(screen => screen == "$");
    }

    public void Dispose() => Run("kill-server");

    private string Run(params string[] arguments)
    {
        ProcessStartInfo start = new("tmux") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-L");
        start.ArgumentList.Add(_socket);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"tmux {arguments[0]} ended with {process.ExitCode}");
        return output;
    }
}
