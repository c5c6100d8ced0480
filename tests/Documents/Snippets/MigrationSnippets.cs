using System.Text;
using System.Text.Json;

namespace KvCow.Tests.Documents.Snippets;

/// <summary>The code of docs/migration.md.</summary>
public sealed class MigrationSnippets
{
    [Fact]
    public void An_index_is_a_bucket_of_its_own()
    {
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"));
        int[] order = [1, 2, 3];
        database.Write(transaction =>
        {
            WritableBucket orders = transaction.OpenOrCreateBucket("orders");
            WritableBucket byCustomer = transaction.OpenOrCreateBucket("orders by customer");
            orders.Put("17"u8, JsonSerializer.SerializeToUtf8Bytes(order));
            byCustomer.Put("ada\0"u8 + "17"u8, []);
        });

        using ReadTransaction snapshot = database.BeginRead();
        foreach (EntryView entry in snapshot.OpenBucket("orders by customer").Prefix("ada\0"u8))
            Console.WriteLine(Encoding.UTF8.GetString(entry.Key[4..]));
        Assert.Equal("17"u8.ToArray(), snapshot.OpenBucket("orders by customer").Min()?.Key[4..]);
    }
}
