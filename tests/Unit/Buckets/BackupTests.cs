using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Engine.Backups;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BackupTests
{
    [Theory]
    [InlineData(4096, BackupMode.Compacted)]
    [InlineData(4096, BackupMode.Verbatim)]
    [InlineData(65536, BackupMode.Compacted)]
    public void A_stream_gets_the_bytes_that_a_file_gets(int pageBytes, BackupMode mode)
    {
        using TestDatabase test = TestDatabase.Create(pageBytes);
        Fill(test.Database, 30_000);
        SimulatedDisk disk = new();
        using MemoryStream stream = new();
        using (ReadTransaction tx = test.Database.BeginRead())
        {
            BackupOptions options = new() { Mode = mode };
            BackupReport report = tx.BackupTo(disk.OpenStorage(), options);
            test.Database.Write(change => change.OpenBucket("even").Clear());
            tx.BackupTo(stream, options);
            Assert.Equal(stream.Length, report.FileBytes);
        }

        Assert.Equal(disk.ReadAll(""), stream.ToArray());
        using Database copy = Database.Open(
            disk.OpenStorage(), new StoreOptions { CacheBytes = 1 << 20 });
        Assert.Empty(copy.Verify().Findings);
        copy.Write(tx => Assert.Equal(10_000, tx.OpenBucket("even").Count));
        Assert.Equal(10_000, copy.Read(tx => tx.OpenBucket("odd").Count));
        Assert.Empty(copy.Verify().Findings);
    }

    [Fact]
    public void Of_two_backups_to_one_name_the_second_is_refused()
    {
        SimulatedDisk disk = new();
        using TestDatabase test = TestDatabase.Create();
        using (IncomingFile first = IncomingFile.Begin(disk.OpenStorage(), overwrite: false))
        {
            using ReadTransaction refused = test.Database.BeginRead();
            IOException refusal = Assert.Throws<IOException>(
                () => refused.BackupTo(disk.OpenStorage(), new BackupOptions()));
            Assert.Contains("Somebody else", refusal.Message, StringComparison.Ordinal);
        }

        using ReadTransaction tx = test.Database.BeginRead();
        Assert.True(tx.BackupTo(disk.OpenStorage(), new BackupOptions()).FileBytes > 0);
    }

    [Fact]
    public void A_compacted_backup_of_keys_as_long_as_can_be_is_a_sound_tree()
    {
        using TestDatabase test = TestDatabase.Create();
        test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("long");
            byte[] key = new byte[1024];
            for (int i = 0; i < 2000; i++)
            {
                // Neighbours differ at the end only, so that separators are as long as keys.
                BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(1020), i);
                bucket.Put(key, key.AsSpan(0, i % 40));
            }
        });
        SimulatedDisk disk = new();
        using (ReadTransaction tx = test.Database.BeginRead())
            tx.BackupTo(disk.OpenStorage(), new BackupOptions());
        using Database copy = Database.Open(
            disk.OpenStorage(), new StoreOptions { CacheBytes = 1 << 20 });
        Assert.Empty(copy.Verify().Findings);
        Assert.Equal(2000, copy.Read(tx => tx.OpenBucket("long").Count));
    }

    [Fact]
    public void A_cancelled_backup_leaves_the_old_file_and_nothing_else()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test.Database, 100);
        test.Database.Write(tx => tx.CreateBucket("large").Put("k"u8, new byte[6 << 20]));
        using TestDatabase old = TestDatabase.Create();
        old.Database.Write(tx => tx.CreateBucket("old"));
        old.Reopen();
        using CancellationTokenSource cancel = new();
        using ReadTransaction snapshot = test.Database.BeginRead();
        Assert.Throws<DatabaseLockedException>(() => snapshot.BackupTo(
            old.Disk.OpenStorage(2), new BackupOptions { Overwrite = true }));
        Assert.Throws<IOException>(
            () => snapshot.BackupTo(old.Disk.OpenStorage(2), new BackupOptions()));
        SimulatedDisk empty = new();
        Assert.Throws<OperationCanceledException>(() => snapshot.BackupTo(
            empty.OpenStorage(), new BackupOptions(), new Cancelling(cancel), cancel.Token));
        Assert.Empty(empty.Names);
        Assert.Equal(0, empty.OpenFileCount);
    }

    [Fact]
    public void A_database_that_was_not_closed_is_no_backup()
    {
        using TestDatabase test = TestDatabase.Create();
        Fill(test.Database, 100);
        SimulatedDisk target = new();
        using MemoryStream stream = new(test.Disk.ReadAll(""));
        Assert.Throws<UnsupportedFormatException>(() =>
            new Restoring(target.OpenStorage(), false, null, CancellationToken.None)
                .RestoreFrom(stream));
        Assert.Empty(target.Names);
    }

    [Theory]
    [InlineData(BackupMode.Verbatim, "flip")]
    [InlineData(BackupMode.Verbatim, "forge")]
    [InlineData(BackupMode.Verbatim, "cut")]
    [InlineData(BackupMode.Compacted, "flip")]
    [InlineData(BackupMode.Compacted, "cut")]
    public void A_source_that_changes_between_two_looks_is_noticed(BackupMode mode, string how)
    {
        using TestDatabase test = TestDatabase.Create();
        test.ExpectDamage();
        Fill(test.Database, 300);
        byte[] main = test.Disk.ReadAll("");
        // A page of the long value: they are read from the device at every look.
        int page = Enumerable.Range(2, (main.Length / 4096) - 2).First(index =>
            PageHeader.Kind(main.AsSpan(index * 4096)) == PageKind.Overflow);
        using ReadTransaction tx = test.Database.BeginRead();
        using WatchedStream stream = new(() =>
        {
            Span<byte> bytes = main.AsSpan(page * 4096, 4096);
            bytes[2000] ^= 1;
            if (how == "forge") PageChecksum.Seal(bytes);
            if (how == "cut") test.Disk.Damage.SetLength("", page * 4096);
            else test.Disk.Damage.Patch("", page * 4096, bytes);
        });
        Assert.Throws<CorruptPageException>(
            () => tx.BackupTo(stream, new BackupOptions { Mode = mode }));
    }

    [Fact]
    public void A_backup_that_is_open_somewhere_is_not_restored()
    {
        using TestDatabase source = TestDatabase.Create();
        SimulatedDisk target = new();
        DatabaseLockedException refusal = Assert.Throws<DatabaseLockedException>(() =>
            new Restoring(target.OpenStorage(), false, null, CancellationToken.None)
                .RestoreFrom(source.Disk.OpenStorage(2)));
        Assert.Equal(Environment.ProcessId, refusal.OwnerProcessId);
        Assert.Empty(target.Names);
    }

    [Fact]
    public void A_file_that_appears_while_it_is_being_made_is_not_replaced()
    {
        using TestDatabase test = TestDatabase.Create();
        SimulatedDisk target = new();
        using (IncomingFile incoming = IncomingFile.Begin(target.OpenStorage(), overwrite: false))
        {
            using (IStorageFile other = target.OpenStorage(2).Open("", StorageOpening.WriteNew))
                other.Write(0, "somebody's"u8);
            Assert.Throws<IOException>(incoming.Place);
        }

        Assert.Equal("somebody's"u8.ToArray(), target.ReadAll(""));
        Assert.Equal([""], target.Names);
    }

    [Fact]
    public void A_backup_over_a_database_that_crashed_takes_its_log_away()
    {
        using TestDatabase crashed = TestDatabase.Create();
        crashed.Database.Write(tx => tx.CreateBucket("old"));
        SimulatedDisk target = crashed.Disk.Fork();
        Assert.Contains(".pending", target.Names);
        using TestDatabase test = TestDatabase.Create();
        Fill(test.Database, 10);
        using (IncomingFile rival = IncomingFile.Begin(target.OpenStorage(2), overwrite: true))
        {
            using ReadTransaction refused = test.Database.BeginRead();
            Assert.ThrowsAny<Exception>(() => refused.BackupTo(
                target.OpenStorage(), new BackupOptions { Overwrite = true }));
        }

        using (ReadTransaction tx = test.Database.BeginRead())
            tx.BackupTo(target.OpenStorage(), new BackupOptions { Overwrite = true });
        Assert.Equal([""], target.Names);
        Assert.Equal(0, target.OpenFileCount);
        using Database copy = Database.Open(
            target.OpenStorage(), new StoreOptions { CacheBytes = 1 << 20 });
        Assert.False(copy.Read(tx => tx.BucketExists("old")));
        Assert.Empty(copy.Verify().Findings);
    }

    private static void Fill(Database database, int count) => database.Write(tx =>
    {
        WritableBucket even = tx.CreateBucket("even");
        WritableBucket odd = tx.CreateBucket("odd");
        even.CreateBucket("nested").Put("k"u8, new byte[50_000]);
        byte[] key = new byte[12];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, i * 7919);
            if (i % 3 == 0) even.Put(key, key);
            else if (i % 3 == 1) odd.Put(key, key.AsSpan(0, 4));
            else tx.OpenOrCreateBucket("rest").Put(key, key);
        }
    });

    /// <summary>Lets something happen at the first write.</summary>
    private sealed class WatchedStream(Action? atFirstWrite) : MemoryStream
    {
        private Action? _atFirstWrite = atFirstWrite;

        /// <summary>Where a write of a span comes, too.</summary>
        public override void Write(byte[] buffer, int offset, int count)
        {
            _atFirstWrite?.Invoke();
            _atFirstWrite = null;
            base.Write(buffer, offset, count);
        }
    }

    private sealed class Cancelling(CancellationTokenSource cancel) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => cancel.Cancel();
    }
}
