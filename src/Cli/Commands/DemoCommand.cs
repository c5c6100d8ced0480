using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Demo;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow demo</c>: shows what the store does, and checks it on the way.</summary>
internal static class DemoCommand
{
    // All of them are counts that fit easily; beyond this a number is a slip of the keyboard.
    private const long Max = 1_000_000_000;

    private const long CountDefault = 1_000_000;
    private const long ReadersDefault = 3;

    private static readonly long CacheDefault = new DatabaseOptions().CacheBytes >> 20;

    public static Command Create()
    {
        Option<long?> count = Number("--count", "Pairs to generate", 1, CountDefault);
        Option<long?> cache = Number("--cache-mb", "Memory for pages, in MiB",
            DatabaseOptions.CacheBytesMin >> 20, CacheDefault);
        Option<long?> readers =
            Number("--readers", "Threads that read beside the writer", 1, ReadersDefault);
        Option<bool> keep = new("--keep") { Description = "Keep the files" };
        Option<string> path = new("--path")
        {
            Description = "Folder in which the demo makes its own [default: the temporary one]",
            HelpName = "DIR",
        };
        Command command = new("demo", """
            Fill, read, change, crash and verify a database

            Examples:
              kvcow demo
              kvcow demo --count 10000000 --cache-mb 64
            """)
        {
            count, cache, readers, keep, path,
        };
        command.SetWork((parsed, ct) => DemoCourse.Run(new DemoOptions
        {
            Count = parsed.GetValue(count) ?? CountDefault,
            CacheBytes = (parsed.GetValue(cache) ?? CacheDefault) << 20,
            Readers = (int)(parsed.GetValue(readers) ?? ReadersDefault),
            Keep = parsed.GetValue(keep),
            ParentFolder = parsed.GetValue(path) ?? Path.GetTempPath(),
        }, ct));
        return command;
    }

    private static Option<long?> Number(string name, string description, long min, long fallback) =>
        CommonArguments.Number(name, $"{description} [default: {fallback}]", min, Max);
}
