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
        Command command = new("compact", """
            Make the file shorter; it can be stopped at any time

            Examples:
              kvcow compact shop.kvcow
              kvcow compact shop.kvcow --budget 100000000
            """)
        {
            file, budget,
        };
        command.SetWork((parsed, ct) => Compact(
            parsed.GetRequiredValue(file), parsed.GetValue(budget) ?? long.MaxValue, ct));
        return command;
    }

    private static int Compact(string file, long budget, CancellationToken ct)
    {
        long before = new FileInfo(file).Length;
        CompactionResult result;
        using (Database database = DatabaseFile.OpenToChange(file))
        {
            result = Terminal.StandardError().ShowProgress("Compacting", 1,
                show => database.Compact(budget, new CompactionFraction(show), ct));
        }

        string left = result.End switch
        {
            CompactionEnd.BudgetSpent => "; the budget is spent",
            CompactionEnd.NoRoom => "; there is no room to move the rest",
            _ => "",
        };
        Terminal.StandardOutput().WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{before:N0} -> {new FileInfo(file).Length:N0} bytes, "
            + $"{result.BytesMoved:N0} written{left}"));
        return ExitCode.Done;
    }
}
