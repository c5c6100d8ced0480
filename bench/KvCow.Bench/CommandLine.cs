using System.CommandLine;
using KvCow.Bench.Children;
using KvCow.Bench.Instructions;
using KvCow.Bench.Measuring;
using KvCow.Bench.Overwriting;
using KvCow.Bench.Peers;
using KvCow.Bench.Reports;
using KvCow.Bench.Scaling;
using KvCow.Bench.Workloads;

namespace KvCow.Bench;

/// <summary>
/// The commands: run, scaling, overwrites, instructions, report, list, and child, which only the
/// program calls.
/// </summary>
internal static class CommandLine
{
    public static RootCommand Create() => new("Measures KvCow beside other stores")
    {
        RunCommand(), ScalingCommand(), OverwritesCommand(), InstructionsCommand(),
        ReportCommand(), ListCommand(), ChildCommand(),
    };

    private static Command RunCommand()
    {
        Option<int> count = CountOption();
        Option<int> rounds = new("--rounds")
        {
            Description = "Rounds measured, after those that warm up",
            DefaultValueFactory = _ => 5,
        };
        Option<string> peers = PeersOption(string.Join(",", Peer.All.Select(peer => peer.Name)));
        Option<string> workloads = new("--workloads")
        {
            Description = "Names, with commas; all if left out",
            DefaultValueFactory = _ => "",
        };
        Option<string> folder = FolderOption();
        Option<string> output = new("--output")
        {
            Description = "Result file; figures of other workloads stay in it",
            DefaultValueFactory = _ => "artifacts/bench-results.json",
        };
        Option<string?> group = new("--cgroup")
        {
            Description = "Folder of a memory control group for the workload small-cache",
        };
        Command command = new("run", "Measure")
        {
            count, rounds, peers, workloads, folder, output, group,
        };
        command.SetAction(parsed => new BenchRun(
            new BenchOptions
            {
                Count = parsed.GetValue(count),
                Rounds = parsed.GetValue(rounds),
                Peers = [.. Words(parsed.GetRequiredValue(peers)).Select(Peer.Find)],
                Workloads = Known(Words(parsed.GetRequiredValue(workloads))),
                Folder = Path.GetFullPath(parsed.GetRequiredValue(folder)),
                Output = parsed.GetRequiredValue(output),
                ControlGroup = parsed.GetValue(group),
            },
            Console.Out).RunAll());
        return command;
    }

    private static Command ScalingCommand()
    {
        Option<int> count = new("--count")
        {
            Description = "Records of the largest database: a power of ten from 10,000 on",
            DefaultValueFactory = _ => 10_000_000,
        };
        Option<int> cache = new("--cache-mb")
        {
            Description = "Cache of peers that have one, in MiB",
            DefaultValueFactory = _ => 4096,
        };
        Option<string> peers = PeersOption("kvcow,lmdb");
        Option<string> folder = FolderOption();
        Command command = new("scaling", "Cost of an operation as a database grows, as a table")
        {
            count, cache, peers, folder,
        };
        command.SetAction(parsed => new ScalingRun(
                Path.GetFullPath(parsed.GetRequiredValue(folder)),
                (long)parsed.GetValue(cache) << 20, Console.Out)
            .Run([.. Words(parsed.GetRequiredValue(peers)).Select(Peer.Find)],
                parsed.GetValue(count)));
        return command;
    }

    private static Command OverwritesCommand()
    {
        Option<int> count = CountOption();
        Option<int> passes = new("--passes")
        {
            Description = "How many times as many random puts",
            DefaultValueFactory = _ => 5,
        };
        Option<string> peers = PeersOption("kvcow,lmdb,rocksdb");
        Option<string> folder = FolderOption();
        Command command = new("overwrites", "Durable puts, pass after pass over all records")
        {
            count, passes, peers, folder,
        };
        command.SetAction(parsed => new OverwriteRun(
                Path.GetFullPath(parsed.GetRequiredValue(folder)), parsed.GetValue(count),
                Console.Out)
            .Run([.. Words(parsed.GetRequiredValue(peers)).Select(Peer.Find)],
                parsed.GetValue(passes)));
        return command;
    }

    private static Command InstructionsCommand()
    {
        Option<int> count = CountOption();
        Option<int> methods = new("--methods")
        {
            Description = "How many methods to name below each row: the first peer's most costly",
        };
        Option<string> peers = PeersOption("kvcow,lmdb,rocksdb");
        Option<string> operations = new("--operations")
        {
            Description = "Names, with commas",
            DefaultValueFactory = _ => string.Join(",", CountedOperation.All.Select(o => o.Name)),
        };
        Option<string> folder = new("--folder")
        {
            Description = "Where the databases go",
            DefaultValueFactory = _ => "artifacts/bench-data",
        };
        Command command = new("instructions", "Instructions of an operation (Linux on x64)")
        {
            count, methods, peers, operations, folder,
        };
        command.SetAction(parsed => new InstructionRun(
                Path.GetFullPath(parsed.GetRequiredValue(folder)), parsed.GetValue(count),
                parsed.GetValue(methods), Console.Out)
            .Run([.. Words(parsed.GetRequiredValue(peers)).Select(Peer.Find)],
                [.. Words(parsed.GetRequiredValue(operations)).Select(CountedOperation.Find)]));
        return command;
    }

    private static Command ReportCommand()
    {
        Argument<string> input = new("results") { Description = "A result file" };
        Option<string?> plot = new("--plot") { Description = "Draw the ratios into this SVG file" };
        Command command = new("report", "Print the tables of a result file") { input, plot };
        command.SetAction(parsed =>
        {
            ResultFile file = ResultFile.Load(parsed.GetRequiredValue(input));
            Console.Out.WriteLine(MarkdownTable.Ratios(file));
            Console.Out.WriteLine(MarkdownTable.Costs(file));
            if (parsed.GetValue(plot) is { } path) File.WriteAllText(path, RatioPlot.Draw(file));
        });
        return command;
    }

    private static Command ListCommand()
    {
        Command command = new("list", "Name the peers and the workloads");
        command.SetAction(_ =>
        {
            foreach (Peer peer in Peer.All)
            {
                string missing = peer.IsInstalled ? "" : $": MISSING {peer.Library}";
                Console.Out.WriteLine($"peer      {peer.Name}{missing}");
            }

            foreach (Workload workload in WorkloadCatalog.All(1))
            {
                Console.Out.WriteLine($"workload  {workload.Name}");
            }
        });
        return command;
    }

    private static Command ChildCommand()
    {
        Argument<string[]> words = new("words");
        Command command = new("child", "Used by the program itself") { words };
        command.Hidden = true;
        command.SetAction(parsed => ChildTasks.Run(parsed.GetRequiredValue(words)));
        return command;
    }

    private static Option<int> CountOption() => new("--count")
    {
        Description = "Records",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static Option<string> PeersOption(string byDefault) => new("--peers")
    {
        Description = "Names, with commas",
        DefaultValueFactory = _ => byDefault,
    };

    private static Option<string> FolderOption() => new("--folder")
    {
        Description = "Where the databases go: a folder on the device to measure",
        DefaultValueFactory = _ => "artifacts/bench-data",
    };

    private static string[] Words(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Known(string[] names)
    {
        HashSet<string> all = [.. WorkloadCatalog.All(1).Select(workload => workload.Name)];
        return names.FirstOrDefault(name => !all.Contains(name)) is { } unknown
            ? throw new ArgumentException($"No workload '{unknown}': run 'list'.")
            : names;
    }
}
