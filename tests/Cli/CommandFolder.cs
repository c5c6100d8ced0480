using System.Diagnostics;
using System.Text;

namespace KvCow.Tests.Cli;

/// <summary>
/// A folder with one database file, on which the program is run as a child process. Disposing
/// verifies the database, if there is one.
/// </summary>
internal sealed class CommandFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;
    private bool _isExpectedDamaged;

    public string Database => PathOf("test.kvcow");

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Writes a file into the folder; returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>For tests that damage the file: no verify at the end.</summary>
    public void ExpectDamage() => _isExpectedDamaged = true;

    /// <summary>Runs a command on the database: the verb or verbs, the file, the rest.</summary>
    public CommandRun Run(string verb, params string[] arguments) =>
        RunWithInput("", [.. verb.Split(' '), Database, .. arguments]);

    /// <summary>The same, and expects it to succeed.</summary>
    public CommandRun Do(string verb, params string[] arguments)
    {
        CommandRun run = Run(verb, arguments);
        Assert.True(run.ExitCode == 0, $"{verb} ended with {run.ExitCode}: {run.Error}");
        return run;
    }

    /// <summary>Runs the program with exactly these arguments.</summary>
    public static CommandRun RunWithInput(string input, params string[] arguments)
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
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "KvCow.Cli.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
    }

    public void Dispose()
    {
        if (File.Exists(Database) && !_isExpectedDamaged)
        {
            using Database database = KvCow.Database.Open(Database);
            Assert.Empty(database.Verify().Findings);
        }

        Directory.Delete(_folder, recursive: true);
    }
}
