using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow compact</c>: makes the file as short as it can be.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<long?> budget = CommonArguments.Number("--budget",
            "Bytes to write at most, about; another run goes on [default: until done]",
            1, long.MaxValue);
        Option<string> to = new("--to")
        {
            Description = "Leave the file as it is and write a short one of another name",
            HelpName = "OTHER",
        };
        Option<bool> overwrite = CommonArguments.Overwrite();
        Option<bool> json = CommonArguments.Json();
        Command command = new("compact", """
            Make the file shorter; it can be stopped at any time

            Examples:
              kvcow compact shop.kvcow
              kvcow compact shop.kvcow --budget 100000000
              kvcow compact shop.kvcow --to short.kvcow
            """)
        {
            file, budget, to, overwrite, json,
        };
        command.Validators.Add(parsed =>
        {
            bool isCopy = parsed.GetResult(to) is not null;
            if (isCopy && parsed.GetResult(budget) is not null)
                parsed.AddError("A new file is written as a whole: --to takes no --budget.");
            if (!isCopy && parsed.GetValue(overwrite))
                parsed.AddError("--overwrite is for the file that --to names.");
        });
        command.SetWork((parsed, ct) => parsed.GetValue(to) is { } other
            ? CompactTo(parsed.GetRequiredValue(file), other, parsed.GetValue(overwrite),
                parsed.GetValue(json), ct)
            : Compact(parsed.GetRequiredValue(file), parsed.GetValue(budget) ?? long.MaxValue,
                parsed.GetValue(json), ct));
        return command;
    }

    private static int CompactTo(
        string file, string other, bool overwrite, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        BackupReport report = Terminal.StandardError().ShowProgress("Compacting", 1,
            show => database.CompactTo(other, overwrite, new BackupShare(show), ct));
        long before = new FileInfo(file).Length;
        if (isJson)
        {
            JsonOutput.Write(("bytes_before", before), ("bytes_after", report.FileBytes));
            return ExitCode.Done;
        }

        Terminal.StandardOutput().WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{before:N0} -> {report.FileBytes:N0} bytes in {other}"));
        return ExitCode.Done;
    }

    private static int Compact(string file, long budget, bool isJson, CancellationToken ct)
    {
        long before = new FileInfo(file).Length;
        CompactionResult result;
        using (Database database = DatabaseFile.OpenToChange(file))
        {
            result = Terminal.StandardError().ShowProgress("Compacting", 1,
                show => database.Compact(budget, new CompactionFraction(show), ct));
        }

        long after = new FileInfo(file).Length;
        if (isJson)
        {
            JsonOutput.Write(("end", result.End.ToString()), ("bytes_before", before),
                ("bytes_after", after), ("bytes_written", result.BytesMoved));
            return ExitCode.Done;
        }

        string left = result.End switch
        {
            CompactionEnd.BudgetSpent => "; the budget is spent",
            CompactionEnd.NoRoom => "; there is no room to move the rest",
            _ => "",
        };
        Terminal.StandardOutput().WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{before:N0} -> {after:N0} bytes, "
            + $"{result.BytesMoved:N0} written{left}"));
        return ExitCode.Done;
    }
}
