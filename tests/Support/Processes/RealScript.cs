using System.Diagnostics;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Support.Processes;

/// <summary>
/// Runs a script of <c>tests/Crash/real</c> with the child's command as its last arguments. It ends
/// with 0 when all held, with 77 and a reason when this machine cannot do it.
/// </summary>
internal static class RealScript
{
    private const int ImpossibleExitCode = 77;

    /// <summary>Returns why it could not be done; null if it was, and all held.</summary>
    /// <exception cref="CrashFailure">Something did not hold.</exception>
    public static string? Run(string name, params string[] arguments)
    {
        string script = Path.Combine(Repository.Root, "tests", "Crash", "real", name);
        ProcessStartInfo start = new("/bin/bash", [script, .. arguments, .. ChildProcess.Command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException("No process.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == ImpossibleExitCode) return output.Trim();
        return process.ExitCode == 0
            ? null
            : throw new CrashFailure(
                $"{name} ended with {process.ExitCode}: {output}{errors.Result}");
    }
}
