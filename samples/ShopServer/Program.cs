using KvCow.Samples.ShopServer;

await using WebApplication server = OrderServer.Build(args);
await server.RunAsync();
