using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Bench;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow bench</c>: how fast the store is on this machine and disk.</summary>
internal static class BenchCommand
{
    private const long CountMax = 1_000_000_000;
    private const long CountDefault = 200_000;
    private const long DurableDefault = 500;

    private static readonly long CacheDefault = new DatabaseOptions().CacheBytes >> 20;

    public static Command Create()
    {
        Option<long?> count = CommonArguments.Number("--count",
            $"Entries, of 24 bytes of key and 150 of value [default: {CountDefault}]",
            1, CountMax);
        Option<long?> durable = CommonArguments.Number("--commits",
            $"Commits of one put each, every one durable [default: {DurableDefault}]",
            1, CountMax);
        Option<long?> cache = CommonArguments.Number("--cache-mb",
            $"Memory for pages, in MiB [default: {CacheDefault}]",
            DatabaseOptions.CacheBytesMin >> 20, CountMax);
        Option<string> path = new("--path")
        {
            Description = "Folder, and so the disk, to measure [default: the temporary one]",
            HelpName = "DIR",
        };
        Option<bool> json = CommonArguments.Json();
        Command command = new("bench", """
            Measure this store on this machine: fill, get, scan, durable puts

            Examples:
              kvcow bench
              kvcow bench --count 1000000 --path /var/tmp --json
            """)
        {
            count, durable, cache, path, json,
        };
        command.SetWork((parsed, ct) => BenchCourse.Run(
            new BenchOptions(
                parsed.GetValue(count) ?? CountDefault,
                parsed.GetValue(durable) ?? DurableDefault,
                (parsed.GetValue(cache) ?? CacheDefault) << 20,
                parsed.GetValue(path) ?? Path.GetTempPath()),
            parsed.GetValue(json), ct));
        return command;
    }
}
