using System.Text;

namespace KvCow.Tests.Documents.Snippets;

/// <summary>The code of README.md and docs/quick-start.md.</summary>
[Collection(nameof(CurrentFolder))]
public sealed class QuickStartSnippets(CurrentFolder folder)
{
    [Fact]
    public void The_first_program_of_the_guide()
    {
        folder.Clear();
        using Database database = Database.Open("shop.kvcow");

        database.Write(transaction =>
        {
            WritableBucket prices = transaction.OpenOrCreateBucket("prices");
            prices.Put("apple"u8, "30"u8);
            prices.Put("pear"u8, "45"u8);
        });

        byte[]? price = database.Read(
            transaction => transaction.OpenBucket("prices").Get("pear"u8));
        Assert.Equal("45"u8.ToArray(), price);
        Walk(database);
    }

    private static void Walk(Database database)
    {
        using ReadTransaction snapshot = database.BeginRead();
        Bucket prices = snapshot.OpenBucket("prices");
        foreach (EntryView entry in prices.Range("a"u8, "c"u8))
            Console.WriteLine(Encoding.UTF8.GetString(entry.Key));
        foreach (EntryView entry in prices.Reverse())
            Console.WriteLine(entry.ValueLength);
        Entry? next = prices.Above("apple"u8);
        long rank = prices.Rank("pear"u8);
        Assert.Equal("pear"u8.ToArray(), next?.Key);
        Assert.Equal(1, rank);
    }

    [Fact]
    public void The_first_program_of_the_readme()
    {
        folder.Clear();
        using Database database = Database.Open("shop.kvcow");

        database.Write(transaction =>
        {
            WritableBucket orders = transaction.OpenOrCreateBucket("orders");
            orders.Put("2026-11-21/0001"u8, "3 apples"u8);
            orders.Put("2026-11-21/0002"u8, "1 pear"u8);
        });

        using ReadTransaction snapshot = database.BeginRead();
        Bucket bucket = snapshot.OpenBucket("orders");
        foreach (EntryView entry in bucket.Prefix("2026-11-21/"u8))
            Console.WriteLine($"{entry.Key.Length} bytes -> {entry.Value.Length} bytes");

        Console.WriteLine(bucket.Count);
        Console.WriteLine(bucket.Rank("2026-11-22"u8));
        Assert.Equal(2, bucket.Rank("2026-11-22"u8));
    }

    [Fact]
    public async Task Transactions_of_the_readme()
    {
        folder.Clear();
        CancellationToken ct = CancellationToken.None;
        using Database database = Database.Open("shop.kvcow");
        NestBuckets(database);
        Assert.Equal(["archive", "orders"], Names(database));
        await using WriteTransaction transaction = await database.BeginWriteAsync(ct);
        transaction.OpenBucket("orders").Delete("2026-11-21/0001"u8);
        await transaction.CommitAsync(ct);
        await database.BatchAsync(tx => { tx.OpenBucket("orders").Delete("2026-11-21/0002"u8); });
    }

    [Fact]
    public void Savepoints_and_budgets_of_the_readme()
    {
        folder.Clear();
        MemoryBudget budget = new(128 << 20);
        using Database a = Database.Open("a.kvcow", new DatabaseOptions { SharedBudget = budget });
        using Database b = Database.Open("b.kvcow", new DatabaseOptions { SharedBudget = budget });
        using WriteTransaction transaction = a.BeginWrite();
        WritableBucket orders = transaction.OpenOrCreateBucket("orders");
        using (Savepoint savepoint = transaction.CreateSavepoint())
        {
            orders.Put("2026-11-21/0003"u8, "a try"u8);
            savepoint.Release();
        }

        Assert.Equal(1, orders.Count);
    }

    private static void NestBuckets(Database database)
    {
        database.Write(transaction => { transaction.CreateBucket("orders"); });
        using WriteTransaction transaction = database.BeginWrite();
        WritableBucket year = transaction.OpenOrCreateBucket("2026");
        WritableBucket day = year.OpenOrCreateBucket("11-21");
        day.Put("apples"u8, "3"u8);
        transaction.RenameBucket("2026", "archive");
        transaction.Commit();
    }

    private static IReadOnlyList<string> Names(Database database) =>
        database.Read(transaction => transaction.ListBucketNames());
}
