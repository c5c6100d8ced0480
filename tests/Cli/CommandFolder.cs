using System.Text;
using KvCow.Cli.Commands;
using KvCow.Cli.Output;

namespace KvCow.Tests.Cli;

/// <summary>
/// A folder with one database file, on which commands are run within this process, or, with
/// <see cref="StartsProgram"/>, by the built program. Disposing verifies the database, if there is
/// one.
/// </summary>
internal sealed class CommandFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;
    private bool _isExpectedDamaged;

    /// <summary>Whether each command is a child process, as from a shell.</summary>
    public bool StartsProgram { get; init; }

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
    public CommandRun Run(string verb, params string[] arguments)
    {
        string[] all = [.. verb.Split(' '), Database, .. arguments];
        return StartsProgram ? BuiltProgram.Run("", all) : RunWithInput("", all);
    }

    /// <summary>The same, and expects it to succeed.</summary>
    public CommandRun Do(string verb, params string[] arguments)
    {
        CommandRun run = Run(verb, arguments);
        Assert.True(run.ExitCode == 0, $"{verb} ended with {run.ExitCode}: {run.Error}");
        return run;
    }

    /// <summary>
    /// Runs the command with exactly these arguments, within this process: starting another costs a
    /// hundred times as much, and shows nothing new for what is computed and printed.
    /// </summary>
    public static CommandRun RunWithInput(string input, params string[] arguments)
    {
        Pipe output = new();
        using StringWriter messages = new() { NewLine = "\n" };
        int exitCode = Task.Run(() =>
        {
            Pipe typed = new(Encoding.UTF8.GetBytes(input));
            new StandardStreams(typed, new StreamReader(typed), output,
                new StreamWriter(output) { AutoFlush = true, NewLine = "\n" }, messages).Give();
            return CommandTree.RunAsync(arguments);
        }).GetAwaiter().GetResult();
        return new(exitCode, output.ToArray(), messages.ToString());
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

    /// <summary>Bytes that cannot be sought in, and go on after a command has had enough.</summary>
    private sealed class Pipe : MemoryStream
    {
        public Pipe()
        {
        }

        public Pipe(byte[] bytes)
            : base(bytes)
        {
        }

        public override bool CanSeek => false;

#pragma warning disable CA2215 // The next that writes must find it open.
        protected override void Dispose(bool disposing)
#pragma warning restore CA2215
        {
        }
    }
}
