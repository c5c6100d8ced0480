using System.Net;
using KvCow.Samples.ShopServer;
using Microsoft.AspNetCore.Builder;

namespace KvCow.Tests.Documents;

public sealed class ShopServerTests
{
    [Fact]
    public async Task Orders_are_put_read_listed_and_deleted_and_outlive_the_server()
    {
        using TemporaryFolder folder = new();
        await WithServerAsync(folder, async client =>
        {
            // Often, over one connection: each request must leave it in order for the next.
            string[] ids = ["0001", "0002", "0003"];
            foreach (string id in Enumerable.Repeat(ids, 20).SelectMany(all => all))
            {
                HttpResponseMessage put =
                    await client.PutAsync($"orders/{id}", new StringContent($"apples {id}"));
                Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            }

            Assert.Equal("apples 0002", await client.GetStringAsync("orders/0002"));
            Assert.Equal("""{"count":3,"ids":["0002","0003"]}""",
                await client.GetStringAsync("orders?after=0001"));
            Assert.Equal(HttpStatusCode.NoContent,
                (await client.DeleteAsync("orders/0001")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound,
                (await client.DeleteAsync("orders/0001")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("orders/1")).StatusCode);
        });
        await WithServerAsync(folder, async client =>
            Assert.Equal("""{"count":2,"ids":["0002"]}""",
                await client.GetStringAsync("orders?limit=1")));
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        using TemporaryFolder folder = new();
        await WithServerAsync(folder, async client =>
        {
            HttpResponseMessage put =
                await client.PutAsync("orders/1", new ByteArrayContent(new byte[100_000]));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, put.StatusCode);
            Assert.Equal("""{"count":0,"ids":[]}""", await client.GetStringAsync("orders"));
        });
    }

    private static async Task WithServerAsync(
        TemporaryFolder folder, Func<HttpClient, Task> use)
    {
        await using WebApplication server = OrderServer.Build(
        [
            "--database", folder.PathOf("shop.kvcow"), "--urls", "http://127.0.0.1:0",
            "--Logging:LogLevel:Default", "None",
        ]);
        await server.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(server.Urls.Single() + "/") };
        await use(client);
        await server.StopAsync();
    }
}
