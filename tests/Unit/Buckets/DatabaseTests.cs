using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class DatabaseTests : IDisposable
{
    private readonly string _path = Path.Combine(
        Path.GetTempPath(), $"kvcow-{Guid.NewGuid():N}.kv");

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".pending");
    }

    [Fact]
    public void A_small_database_that_is_written_again_and_again_uses_little_of_its_cache()
    {
        using TestDatabase test = TestDatabase.Create(cacheBytes: 64 << 20);
        test.Database.Write(static tx => tx.CreateBucket("b"));
        for (int i = 0; i < 20_000; i++)
            test.Database.Write(tx => tx.OpenBucket("b").Put("k"u8, BitConverter.GetBytes(i)));
        Assert.InRange(test.Database.GetStatistics().CacheBytes, 0, 512 << 10);
    }

    [Fact]
    public void A_file_that_was_emptied_is_refused_and_not_begun_anew()
    {
        Database.Open(_path).Dispose();
        File.WriteAllBytes(_path, []);
        UnsupportedFormatException refusal =
            Assert.Throws<UnsupportedFormatException>(() => Database.Open(_path));
        Assert.Contains("the file is empty", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task What_was_committed_is_there_after_opening_again()
    {
        await using (Database database = await Database.OpenAsync(
            _path, new DatabaseOptions { PageBytes = 8192, CreateMode = CreateMode.CreateNew }))
        {
            Assert.Equal(8192, database.PageBytes);
            Assert.Equal(2048, database.KeyBytesMax);
            await database.WriteAsync(async tx =>
            {
                await Task.Yield();
                tx.CreateBucket("b").Put("k"u8, "v"u8);
            });
        }

        using Database again = Database.Open(_path);
        Assert.Equal(8192, again.PageBytes);
        Assert.Equal(_path, again.Path);
        byte[]? value = await again.ReadAsync(tx => ValueTask.FromResult(
            tx.OpenBucket("b").Get("k"u8)));
        Assert.Equal("v"u8.ToArray(), value);
        Assert.True(again.Verify().IsSound);
    }

    [Fact]
    public void Work_that_throws_is_rolled_back()
    {
        using TestDatabase test = TestDatabase.Create();
        Assert.Throws<InvalidTimeZoneException>(() => test.Database.Write(tx =>
        {
            tx.CreateBucket("b");
            throw new InvalidTimeZoneException();
        }));
        Assert.False(test.Database.Read(tx => tx.BucketExists("b")));
        Assert.Equal(3, test.Database.Write(tx =>
        {
            tx.CreateBucket("b");
            return 3;
        }));
        Assert.True(test.Database.Read(tx => tx.BucketExists("b")));
    }

    [Fact]
    public async Task Asynchronous_work_that_throws_is_rolled_back()
    {
        using TestDatabase test = TestDatabase.Create();
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
            await test.Database.WriteAsync(async tx =>
            {
                tx.CreateBucket("b");
                await Task.Yield();
                throw new InvalidTimeZoneException();
            }));
        Assert.False(test.Database.Read(tx => tx.BucketExists("b")));
        Assert.Equal(3, await test.Database.WriteAsync(async tx =>
        {
            tx.CreateBucket("b");
            await Task.Yield();
            return 3;
        }));
        await test.Database.ReadAsync(tx =>
        {
            Assert.True(tx.BucketExists("b"));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Asynchronous_work_is_refused_where_it_would_not_be_awaited()
    {
        using TestDatabase test = TestDatabase.Create();
        Action[] traps =
        [
            () => test.Database.Write(async _ => await Work()),
            () => test.Database.Write(_ => Work()),
            () => test.Database.Read(async _ => await Work()),
        ];
        Assert.All(traps, trap => Assert.Throws<ArgumentException>(trap));

        static Task<int> Work() => Task.FromResult(1);
    }

    [Fact]
    public async Task A_cancelled_commit_is_rolled_back()
    {
        using TestDatabase test = TestDatabase.Create();
        await using WriteTransaction tx = await test.Database.BeginWriteAsync();
        tx.CreateBucket("b");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await tx.CommitAsync(new CancellationToken(canceled: true)));
        Assert.Throws<HandleEndedException>(() => tx.Commit());
        Assert.False(test.Database.Read(read => read.BucketExists("b")));
    }

    [Fact]
    public void A_reader_sees_its_snapshot_and_others_the_commit()
    {
        using TestDatabase test = TestDatabase.Create();
        test.Database.Write(tx => tx.CreateBucket("b").Put("k"u8, "1"u8));
        using ReadTransaction before = test.Database.BeginRead();
        using (WriteTransaction tx = test.Database.BeginWrite())
        {
            Assert.Equal(before.Id + 1, tx.Id);
            tx.OpenBucket("b").Put("k"u8, "2"u8);
            Assert.Equal("2"u8.ToArray(), tx.OpenBucket("b").Get("k"u8));
            Assert.Equal("1"u8.ToArray(), before.OpenBucket("b").Get("k"u8));
            tx.Commit();
        }

        Assert.Equal("1"u8.ToArray(), before.OpenBucket("b").Get("k"u8));
        Assert.Equal(
            "2"u8.ToArray(), test.Database.Read(tx => tx.OpenBucket("b").Get("k"u8)));
    }

    [Fact]
    public void A_read_only_database_refuses_to_write()
    {
        Database.Open(_path).Dispose();
        DatabaseOptions readOnly = new() { ReadOnly = true };
        using Database first = Database.Open(_path, readOnly);
        using Database second = Database.Open(_path, readOnly);
        Assert.Throws<ReadOnlyDatabaseException>(() => first.BeginWrite());
        Assert.Empty(second.Read(tx => tx.ListBuckets()));
    }

    [Fact]
    public void A_database_in_use_is_refused_at_once_if_no_time_is_given()
    {
        using Database database = Database.Open(_path);
        Assert.Throws<DatabaseLockedException>(() => Database.Open(
            _path, new DatabaseOptions { LockTimeout = TimeSpan.Zero }));
    }

    [Fact]
    public void Create_modes_hold()
    {
        Assert.Throws<FileNotFoundException>(() => Database.Open(
            _path, new DatabaseOptions { CreateMode = CreateMode.OpenExisting }));
        Assert.Throws<FileNotFoundException>(() => Database.Open(
            _path, new DatabaseOptions { ReadOnly = true }));
        Database.Open(_path).Dispose();
        Assert.Throws<IOException>(() => Database.Open(
            _path, new DatabaseOptions { CreateMode = CreateMode.CreateNew }));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        AssertRefused(new DatabaseOptions { PageBytes = 5000 });
        AssertRefused(new DatabaseOptions { PageBytes = 2048 });
        AssertRefused(new DatabaseOptions { CacheBytes = 1000 });
        AssertRefused(new DatabaseOptions { LockTimeout = TimeSpan.FromSeconds(-2) });
        AssertRefused(new DatabaseOptions { WriterTimeout = TimeSpan.FromSeconds(-2) });
        AssertRefused(new DatabaseOptions { Durability = (Durability)77 });
        AssertRefused(new DatabaseOptions { CreateMode = (CreateMode)77 });
        Assert.Throws<ArgumentException>(() => Database.Open("", null));
        Assert.Throws<ArgumentException>(() => Database.Open(
            _path, new DatabaseOptions { ReadOnly = true, CreateMode = CreateMode.CreateNew }));
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void Statistics_tell_readers_and_pages()
    {
        using TestDatabase test = TestDatabase.Create();
        test.Database.Write(tx => tx.CreateBucket("b").Put("k"u8, new byte[10_000]));
        using ReadTransaction tx = test.Database.BeginRead();
        DatabaseStatistics statistics = test.Database.GetStatistics();
        Assert.Equal(1, statistics.OpenReaders);
        Assert.Equal(tx.Id, statistics.OldestReaderTransactionId);
        Assert.Equal(2, statistics.LeafPages);
        Assert.Equal(3, statistics.OverflowPages);
        Assert.Equal(statistics.FileBytes,
            statistics.LiveBytes + statistics.FreeBytes + statistics.PendingBytes);
        Assert.False(statistics.IsWriterOpen);
    }

    private void AssertRefused(DatabaseOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Database.Open(_path, options));
}
