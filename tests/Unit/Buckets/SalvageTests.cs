using System.Globalization;
using System.Text;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Salvage by the names of files, as applications call it.</summary>
public sealed class SalvageTests : IDisposable
{
    /// <summary>More than one transaction of a salvage takes.</summary>
    private const int EntryCount = 11_000;

    /// <summary>Longer than a salvage holds in memory at once.</summary>
    private const int LongValueBytes = 200_000;

    private readonly TemporaryFolder _folder = new();

    private string Damaged => Path.Combine(_folder.Path, "damaged.kv");

    private string Target => Path.Combine(_folder.Path, "target.kv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Many_entries_and_long_values_are_brought_over_whole()
    {
        byte[] value = Fill();
        SalvageReport report = Database.Salvage(Damaged, Target);
        Assert.True(report.IsComplete);
        Assert.Equal(EntryCount + 1, report.Entries);
        using Database database = Database.Open(Target);
        Assert.True(database.Verify().IsSound);
        using ReadTransaction tx = database.BeginRead();
        Assert.Equal(EntryCount, tx.OpenBucket("many").Count);
        Assert.Equal(Key(7), tx.OpenBucket("many").Get(Key(7)));
        Assert.Equal(value, tx.OpenBucket("long").Get("value"u8));
    }

    [Fact]
    public void A_long_value_of_which_a_page_is_damaged_is_lost_alone()
    {
        Fill();
        byte[] file = File.ReadAllBytes(Damaged);
        file[file.AsSpan().LastIndexOf(new byte[64].Select(static _ => (byte)9).ToArray())] ^= 1;
        File.WriteAllBytes(Damaged, file);
        SalvageReport report = Database.Salvage(Damaged, Target);
        SalvageLoss loss = Assert.Single(report.Losses);
        Assert.Equal("long", loss.Bucket);
        Assert.Equal("value"u8.ToArray(), loss.From);
        Assert.Equal(1, loss.Entries);
        Assert.Equal(EntryCount, report.Entries);
    }

    [Fact]
    public void Of_a_file_of_something_else_nothing_is_salvaged()
    {
        File.WriteAllBytes(Damaged, new byte[100_000]);
        Assert.Throws<UnsupportedFormatException>(() => Database.Salvage(Damaged, Target));
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_database_that_is_open_is_not_salvaged()
    {
        using Database database = Database.Open(Damaged);
        Assert.Throws<DatabaseLockedException>(() => Database.Salvage(Damaged, Target));
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_salvage_that_is_stopped_leaves_no_file_behind()
    {
        Fill();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => Database.Salvage(Damaged, Target, null, source.Token));
        Assert.Equal([Damaged], Directory.GetFiles(_folder.Path));
    }

    /// <summary>Returns the long value.</summary>
    private byte[] Fill()
    {
        byte[] value = new byte[LongValueBytes];
        value.AsSpan().Fill(9);
        using Database database = Database.Open(Damaged);
        database.Write(tx =>
        {
            WritableBucket many = tx.CreateBucket("many");
            for (int i = 0; i < EntryCount; i++) many.Put(Key(i), Key(i));
            tx.CreateBucket("long").Put("value"u8, value);
        });
        return value;
    }

    private static byte[] Key(int i) =>
        Encoding.ASCII.GetBytes(i.ToString("d8", CultureInfo.InvariantCulture));
}
