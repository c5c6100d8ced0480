return await KvCow.Cli.Commands.CommandTree.RunAsync(args);
