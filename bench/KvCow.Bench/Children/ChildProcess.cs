using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace KvCow.Bench.Children;

/// <summary>This program again, for one small task in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>Runs to the end.</summary>
    /// <param name="arguments">What comes after <c>child</c>.</param>
    /// <returns>The figures that it printed.</returns>
    public static Dictionary<string, double> Run(params string[] arguments) =>
        Run<Dictionary<string, double>>(arguments);

    /// <summary>The same for a task that prints something else.</summary>
    public static T Run<T>(params string[] arguments)
        where T : new()
    {
        using Process process = Start([], arguments);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(output) ?? new T()
            : throw new IOException($"A child process failed: child {arguments[0]}.");
    }

    /// <summary>Runs to the end under another program; what it prints is not asked for.</summary>
    public static void Watch(IReadOnlyList<string> wrapper, params string[] arguments)
    {
        using Process process = Start(wrapper, arguments);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"{wrapper[0]} failed.");
    }

    /// <summary>
    /// Starts it, with the map of its methods for profilers; the caller ends it.
    /// </summary>
    public static Process Begin(params string[] arguments) =>
        Start([], arguments, "DOTNET_PerfMapEnabled");

    /// <summary>Starts it, and kills it as soon as it has written a line.</summary>
    public static void Kill(params string[] arguments)
    {
        using Process process = Start([], arguments);
        if (process.StandardOutput.ReadLine() is null)
        {
            throw new IOException($"A child process ended by itself: child {arguments[0]}.");
        }

        process.Kill();
        process.WaitForExit();
    }

    public static void Print<T>(T figures) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(figures));

    private static Process Start(
        IReadOnlyList<string> wrapper, string[] arguments, string? setting = null)
    {
        string self = Environment.ProcessPath ?? "dotnet";
        List<string> command = [.. wrapper, self];
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            command.Add(Path.Combine(
                AppContext.BaseDirectory, Assembly.GetExecutingAssembly().GetName().Name + ".dll"));
        }

        command.Add("child");
        command.AddRange(arguments);
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
        };
        if (setting is not null) start.Environment[setting] = "1";
        return Process.Start(start) ?? throw new IOException("A child process did not start.");
    }
}
