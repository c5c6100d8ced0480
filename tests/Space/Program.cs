using KvCow.Tests.Space;

// Shows by hand, with figures, that space comes back: see docs/reliability.md.
if (args is not ["delete-half", string file, ..])
{
    Console.Error.WriteLine("usage: delete-half FILE [COUNT]");
    return 2;
}

return DeleteHalf.Run(file, args.Length > 2 ? int.Parse(args[2], null) : 1_000_000);
