using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow restore</c>: checks a backup and puts it in a database's place.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        Argument<string> backup = new("BACKUP")
        {
            Description = "The backup; - is standard input",
        };
        Argument<string> file = new("FILE") { Description = "The database file to make" };
        Option<bool> overwrite = CommonArguments.Overwrite();
        Option<bool> json = CommonArguments.Json();
        Command command = new("restore", """
            Check every page of a backup and put it in a database's place, at once

            Examples:
              kvcow restore shop.backup shop.kvcow
              gunzip < shop.backup.gz | kvcow restore - shop.kvcow --overwrite
            """)
        {
            backup, file, overwrite, json,
        };
        command.SetWork((parsed, ct) => Restore(
            parsed.GetRequiredValue(backup), parsed.GetRequiredValue(file),
            new BackupOptions { Overwrite = parsed.GetValue(overwrite) },
            parsed.GetValue(json), ct));
        return command;
    }

    private static int Restore(
        string backup, string file, BackupOptions options, bool isJson, CancellationToken ct)
    {
        BackupReport report = Terminal.StandardError().ShowProgress("Restoring", 1, show =>
        {
            BackupShare progress = new(show);
            if (backup != "-") return Database.Restore(backup, file, options, progress, ct);
            using Stream input = StandardStreams.OpenInput();
            return Database.Restore(input, file, options, progress, ct);
        });
        BackupSummary.Print(report, isJson);
        return ExitCode.Done;
    }
}
