using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow backup</c>: writes a snapshot as a database file of its own.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<string> output = new("BACKUP")
        {
            Description = "The file to make; - is standard output",
        };
        Option<bool> verbatim = new("--verbatim")
        {
            Description = "Keep pages at their places instead of packing them",
        };
        Option<bool> overwrite = CommonArguments.Overwrite();
        Option<bool> json = CommonArguments.Json();
        Command command = new("backup", """
            Write a snapshot as a database file of its own, checking every page

            Examples:
              kvcow backup shop.kvcow shop.backup
              kvcow backup shop.kvcow - | gzip > shop.backup.gz
            """)
        {
            file, output, verbatim, overwrite, json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(output) == "-")
                parsed.AddError("Standard output takes either the backup or the JSON.");
        });
        command.SetWork((parsed, ct) => Backup(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), new BackupOptions
            {
                Mode = parsed.GetValue(verbatim) ? BackupMode.Verbatim : BackupMode.Compacted,
                Overwrite = parsed.GetValue(overwrite),
            }, parsed.GetValue(json), ct));
        return command;
    }

    private static int Backup(
        string file, string output, BackupOptions options, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        BackupReport report = Terminal.StandardError().ShowProgress("Backing up", 1, show =>
        {
            BackupShare progress = new(show);
            if (output != "-") return database.BackupTo(output, options, progress, ct);
            using StandardOutputStream stream = new();
            return database.BackupTo(stream, options, progress, ct);
        });
        BackupSummary.Print(report, isJson);
        return ExitCode.Done;
    }
}
