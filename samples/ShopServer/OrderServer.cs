using System.Buffers;
using System.Text;

namespace KvCow.Samples.ShopServer;

/// <summary>Orders over HTTP: one database for the whole process, shared by all requests.</summary>
internal static class OrderServer
{
    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        string path = builder.Configuration["database"] ?? "shop.kvcow";

        // Opened once; the container disposes it at shutdown, after the last request.
        builder.Services.AddSingleton(services => Database.Open(path, new DatabaseOptions
        {
            LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
        }));

        WebApplication app = builder.Build();
        app.Services.GetRequiredService<Database>().Write(transaction =>
        {
            transaction.OpenOrCreateBucket("orders");
        });
        app.MapPut("/orders/{id}", PutAsync);
        app.MapGet("/orders/{id}", Get);
        app.MapDelete("/orders/{id}", DeleteAsync);
        app.MapGet("/orders", List);
        return app;
    }

    // Requests that commit at the same time share one flush of the device.
    private static async Task<IResult> PutAsync(
        string id, HttpRequest request, Database database, CancellationToken ct)
    {
        ReadOnlySequence<byte> body = (await request.BodyReader.ReadAtLeastAsync(BodyBytesMax, ct))
            .Buffer;
        byte[]? value = body.Length < BodyBytesMax ? body.ToArray() : null;

        // A read that is not ended makes the server close the connection under the next request.
        request.BodyReader.AdvanceTo(body.End);
        if (value is null) return Results.StatusCode(413);
        await database.WriteAsync(transaction =>
        {
            transaction.OpenBucket("orders").Put(Encoding.UTF8.GetBytes(id), value);
            return ValueTask.CompletedTask;
        }, ct);
        return Results.NoContent();
    }

    private static IResult Get(string id, Database database)
    {
        byte[]? value = database.Read(transaction =>
            transaction.OpenBucket("orders").Get(Encoding.UTF8.GetBytes(id)));
        return value is null ? Results.NotFound() : Results.Bytes(value, "text/plain");
    }

    private static async Task<IResult> DeleteAsync(
        string id, Database database, CancellationToken ct)
    {
        bool wasThere = await database.WriteAsync(transaction =>
            new ValueTask<bool>(
                transaction.OpenBucket("orders").Delete(Encoding.UTF8.GetBytes(id))), ct);
        return wasThere ? Results.NoContent() : Results.NotFound();
    }

    private static Page List(Database database, string? after, int limit = 20) =>
        database.Read(transaction =>
        {
            Bucket orders = transaction.OpenBucket("orders");
            List<string> ids = [];
            using Cursor cursor = orders.OpenCursor();
            bool isOnEntry = after is null
                ? cursor.MoveToFirst()
                : cursor.SeekAbove(Encoding.UTF8.GetBytes(after));
            for (; isOnEntry && ids.Count < limit; isOnEntry = cursor.MoveNext())
                ids.Add(Encoding.UTF8.GetString(cursor.Key));
            return new Page(orders.Count, ids);
        });

    private const int BodyBytesMax = 64 << 10;

    /// <summary>Some of the orders, and how many there are in all.</summary>
    internal sealed record Page(long Count, IReadOnlyList<string> Ids);
}
