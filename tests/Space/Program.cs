using KvCow.Tests.Space;

// Shows by hand, with figures, that space comes back: see docs/reliability.md.
if (args is not ["delete-half" or "overwrite", string file, ..])
{
    Console.Error.WriteLine("usage: delete-half FILE [COUNT] | overwrite FILE [COUNT] [PUTS]");
    return 2;
}

int count = args.Length > 2 ? int.Parse(args[2], null) : 1_000_000;
if (args[0] == "delete-half") return DeleteHalf.Run(file, count);
return Overwrite.Run(file, count, args.Length > 3 ? int.Parse(args[3], null) : 1000);
