namespace KvCow.Tests.Documents.Snippets;

/// <summary>The code of docs/transactions.md, docs/durability.md and docs/limits.md.</summary>
public sealed class TransactionSnippets
{
    [Fact]
    public async Task A_transaction_goes_on_after_an_await()
    {
        CancellationToken ct = CancellationToken.None;
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"));
        await StoreAsync(database, ct);
        int total = await database.WriteAsync(async transaction =>
        {
            WritableBucket words = transaction.OpenOrCreateBucket("words");
            await foreach (byte[] word in WordsAsync(ct)) words.Put(word, []);
            return (int)words.Count;
        }, ct);
        Assert.Equal(3, total);
        await database.BatchAsync(transaction =>
        {
            transaction.OpenOrCreateBucket("visits").Put(Guid.NewGuid().ToByteArray(), "index"u8);
        }, ct: ct);
        Assert.Equal(1, database.Read(tx => tx.OpenBucket("visits").Count));
        Compare(database);
        Renew(database);
    }

    private static async Task StoreAsync(Database database, CancellationToken ct)
    {
        await using WriteTransaction transaction = await database.BeginWriteAsync(ct);
        WritableBucket pages = transaction.OpenOrCreateBucket("pages");
        byte[] page = await DownloadAsync(ct);
        pages.Put("index"u8, page);
        await transaction.CommitAsync(ct);
    }

    private static void Compare(Database database)
    {
        using ReadTransaction before = database.BeginRead();
        database.Write(transaction => { transaction.OpenBucket("words").Clear(); });
        using ReadTransaction after = database.BeginRead();
        Console.WriteLine(before.OpenBucket("words").Count - after.OpenBucket("words").Count);
        Assert.Equal(3, before.OpenBucket("words").Count);
        Assert.Equal(0, after.OpenBucket("words").Count);
    }

    private static void Renew(Database database)
    {
        using ReadTransaction reader = database.BeginRead();
        Bucket known = reader.OpenBucket("words");
        database.Write(transaction => { transaction.OpenBucket("words").Put("new"u8, []); });
        if (reader.Renew()) Console.WriteLine(known.Count);
        Assert.Equal(1, known.Count);
    }

    [Fact]
    public void A_database_is_opened_again_after_a_failure()
    {
        using TemporaryFolder folder = new();
        string path = folder.PathOf("a.kvcow");
        DatabaseOptions options = new() { Durability = Durability.Paranoid };
        Database database = Database.Open(path, options);
        try
        {
            database.Write(transaction =>
            {
                transaction.OpenOrCreateBucket("orders").Put("1"u8, "apple"u8);
            });
        }
        catch (DatabaseFailedException)
        {
            database.Dispose();
            database = Database.Open(path);
        }

        Assert.Equal("apple"u8.ToArray(), database.Read(
            transaction => transaction.OpenBucket("orders").Get("1"u8)));
        database.Dispose();
    }

    [Fact]
    public void Limits_are_set_by_the_options()
    {
        using TemporaryFolder folder = new();
        DatabaseOptions options = new()
        {
            PageBytes = 16384,
            CacheBytes = 64L << 20,
            LockTimeout = TimeSpan.FromSeconds(1),
            WriterTimeout = TimeSpan.FromSeconds(30),
        };
        using Database database = Database.Open(folder.PathOf("a.kvcow"), options);
        Assert.Equal(4096, database.KeyBytesMax);
    }

    [Fact]
    public void A_commit_does_not_wait_until_it_is_asked_for()
    {
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"),
            new DatabaseOptions { UnflushedTimeMax = TimeSpan.FromHours(1) });
        using WriteTransaction transaction = database.BeginWrite();
        transaction.CreateBucket("b").Put("k"u8, "v"u8);
        transaction.Commit(Durability.Eventual);
        database.Flush();
        Assert.Equal(0UL, database.GetStatistics().UnflushedCommits);
    }

    private static async Task<byte[]> DownloadAsync(CancellationToken ct)
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        return [1, 2, 3];
    }

    private static async IAsyncEnumerable<byte[]> WordsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (byte word = 0; word < 3; word++)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return [word];
        }
    }
}
