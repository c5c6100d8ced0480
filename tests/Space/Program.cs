using KvCow.Tests.Space;

// Shows by hand, with figures, that space comes back and copies are true: docs/reliability.md.
Dictionary<string, (Func<string, int, int> Run, int Count)> programs = new()
{
    ["delete-half"] = (DeleteHalf.Run, 1_000_000),
    ["steady-overwrites"] = (SteadyOverwrites.Run, 1_000_000),
    ["hot-backup"] = (HotBackup.Run, 5_000_000),
};
if (args.Length < 2 || !programs.TryGetValue(args[0], out var program))
{
    Console.Error.WriteLine($"usage: {string.Join('|', programs.Keys)} FILE [COUNT]");
    return 2;
}

return program.Run(args[1], args.Length > 2 ? int.Parse(args[2], null) : program.Count);
