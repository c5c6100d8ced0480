using System.Diagnostics;
using System.Text;

namespace KvCow.Tests.Cli;

/// <summary>The program as it was built, as a child process.</summary>
internal static class BuiltProgram
{
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "KvCow.Cli.dll");

    /// <summary>Runs it to its end with exactly these arguments.</summary>
    public static CommandRun Run(string input, params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
        process.StandardInput.Close();
        Task.WaitAll(error, copying);
        process.WaitForExit();
        return new(process.ExitCode, output.ToArray(), error.Result);
    }

    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
    }
}
