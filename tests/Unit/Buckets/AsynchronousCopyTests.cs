namespace KvCow.Tests.Unit.Buckets;

/// <summary>Copies made on a thread of the pool: the same as without, and cancelled in time.
/// </summary>
public sealed class AsynchronousCopyTests : IDisposable
{
    private const int Count = 20_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-copies-").FullName;
    private readonly Database _database;

    public AsynchronousCopyTests()
    {
        _database = Database.Open(PathOf("source"));
        _database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("a").CreateBucket("b");
            for (int i = 0; i < Count; i++) bucket.Put([(byte)(i >> 8), (byte)i], new byte[100]);
        });
        _database.Write(tx => tx.OpenBucket("a").OpenBucket("b").DeleteRange([0], [40]));
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_compacted_copy_is_short_and_holds_the_same()
    {
        Reports<BackupProgress> progress = new();
        BackupReport report = await _database.CompactToAsync(PathOf("short"), false, progress);
        Assert.Equal(new FileInfo(PathOf("short")).Length, report.FileBytes);
        Assert.True(report.FileBytes < _database.GetStatistics().FileBytes * 0.7);
        Assert.True(progress.Count > 0);
        AssertSame(PathOf("short"));
        await Assert.ThrowsAnyAsync<IOException>(() => _database.CompactToAsync(PathOf("short")));
        _database.CompactTo(PathOf("short"), overwrite: true);
    }

    [Fact]
    public async Task Backup_and_restore_export_and_import_do_as_their_synchronous_twins()
    {
        await _database.BackupToAsync(PathOf("backup"));
        await Database.RestoreAsync(PathOf("backup"), PathOf("restored"));
        AssertSame(PathOf("restored"));
        using (FileStream backup = File.OpenRead(PathOf("backup")))
            await Database.RestoreAsync(backup, PathOf("streamed"));
        AssertSame(PathOf("streamed"));
        using MemoryStream export = new();
        Reports<ExportTotals> progress = new();
        ExportTotals written = await _database.ExportToAsync(export, progress);
        Assert.True(progress.Count > 1);
        export.Position = 0;
        using (Database copy = Database.Open(PathOf("imported")))
            Assert.Equal(written, await copy.ImportFromAsync(export));
        AssertSame(PathOf("imported"));
    }

    [Fact]
    public async Task A_cancelled_copy_leaves_nothing()
    {
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _database.CompactToAsync(PathOf("none"), false, null, cancel.Token));
        Assert.Equal(["source", "source.pending"], Names());
        using MemoryStream export = new();
        await _database.ExportToAsync(export);
        export.Position = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _database.ImportFromAsync(export, null, null, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _database.ExportToAsync(new MemoryStream(), null, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.RestoreAsync(
            PathOf("source"), PathOf("none"), null, null, cancel.Token));
    }

    private string[] Names() =>
        [.. Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)).Order()];

    private void AssertSame(string path)
    {
        using Database copy = Database.Open(path);
        Assert.Empty(copy.Verify().Findings);
        using ReadTransaction here = _database.BeginRead();
        using ReadTransaction there = copy.BeginRead();
        List<Entry> copied = [.. Entries(there)];
        int i = 0;
        foreach (EntryView entry in here.OpenBucket("a").OpenBucket("b"))
        {
            Assert.True(entry.Key.SequenceEqual(copied[i].Key));
            Assert.True(entry.Value.SequenceEqual(copied[i].Value));
            i++;
        }

        Assert.Equal(copied.Count, i);
    }

    private static List<Entry> Entries(ReadTransaction tx)
    {
        List<Entry> entries = [];
        foreach (EntryView entry in tx.OpenBucket("a").OpenBucket("b"))
            entries.Add(new Entry(entry.Key.ToArray(), entry.Value.ToArray()));
        return entries;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private sealed class Reports<T> : IProgress<T>
    {
        public int Count { get; private set; }

        public void Report(T value) => Count++;
    }
}
