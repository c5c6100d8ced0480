using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;
using KvCow.Tests.Support.SimulatedStorage;
using ReadTree = KvCow.Engine.Tree.Tree;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class StoreTests
{
    // Trees without buckets: the engine is used as the bucket layer uses it, with one record.
    private static void Put(Store store, params (byte[] Key, byte[] Value)[] entries)
    {
        using PageTransaction transaction = store.BeginWrite(CancellationToken.None);
        transaction.Enter();
        WritableTree catalog = new(transaction, transaction.CatalogRoot);
        BucketRecord record = catalog.TryFind("b"u8, out CellValue found)
            ? BucketRecord.Read(found.Bytes)
            : default;
        WritableTree tree = new(transaction, record.Entries);
        foreach ((byte[] key, byte[] value) in entries) tree.Put(key, CellKind.Inline, value);
        byte[] bytes = new byte[BucketRecord.Size];
        (record with { Entries = tree.Root }).Write(bytes);
        catalog.Put("b"u8, CellKind.Bucket, bytes);
        transaction.Exit();
        transaction.Commit(catalog.Root, transaction.Durability);
    }

    private static byte[]? Get(Store store, byte[] key)
    {
        using PageSnapshot snapshot = store.BeginRead();
        snapshot.Enter();
        ReadTree catalog = new(snapshot, snapshot.CatalogRoot);
        if (!catalog.TryFind("b"u8, out CellValue record)) return null;
        ReadTree tree = new(snapshot, BucketRecord.Read(record.Bytes).Entries);
        byte[]? value = tree.TryFind(key, out CellValue cell) ? cell.Bytes.ToArray() : null;
        snapshot.Exit();
        return value;
    }

    private static byte[] Key(int i) =>
        BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(i));

    [Fact]
    public void Entries_survive_close_and_open()
    {
        SimulatedDisk disk = new();
        using (Store store = Store.Open(disk.OpenStorage(), new StoreOptions()))
        {
            for (int i = 0; i < 500; i++) Put(store, (Key(i), new byte[i % 100]));
            VerifyReport report = store.Verify(null, CancellationToken.None);
            Assert.Empty(report.Findings);
        }

        using (Store store = Store.Open(disk.OpenStorage(), new StoreOptions()))
        {
            for (int i = 0; i < 500; i++) Assert.Equal(i % 100, Get(store, Key(i))!.Length);
            VerifyReport report = store.Verify(null, CancellationToken.None);
            Assert.Empty(report.Findings);
            Assert.Equal(500, report.Entries);
        }
    }

    [Fact]
    public void Entries_survive_a_kill()
    {
        SimulatedDisk disk = new();
        Store store = Store.Open(disk.OpenStorage(), new StoreOptions());
        for (int i = 0; i < 500; i++) Put(store, (Key(i), new byte[i % 100]));

        SimulatedDisk after = disk.Fork();
        using Store reopened = Store.Open(after.OpenStorage(), new StoreOptions());
        for (int i = 0; i < 500; i++) Assert.Equal(i % 100, Get(reopened, Key(i))!.Length);
        Assert.Empty(reopened.Verify(null, CancellationToken.None).Findings);
        store.Dispose();
    }

    [Fact]
    public void Opening_with_an_infinite_time_limit_waits_for_the_other_handle()
    {
        SimulatedDisk disk = new();
        Store first = Store.Open(disk.OpenStorage(), new StoreOptions());
        StoreOptions patient = new() { LockTimeout = Timeout.InfiniteTimeSpan };
        Exception? failure = null;
        Thread second = new(() => failure = Record.Exception(
            () => Store.Open(disk.OpenStorage(), patient).Dispose()));
        long opened = disk.Counters[DiskOperation.Open];
        second.Start();
        SpinWait.SpinUntil(() => disk.Counters[DiskOperation.Open] > opened + 1
            || second.ThreadState == ThreadState.Stopped);
        first.Dispose();
        second.Join();
        Assert.Null(failure);
    }
}
