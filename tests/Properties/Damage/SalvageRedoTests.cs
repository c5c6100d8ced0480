using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>The commits of the redo log are brought over, as far as it goes.</summary>
public sealed class SalvageRedoTests
{
    private const int Entries = 2000;

    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 1 << 20,
        RedoBytesMax = 32 << 20,
        UnflushedTimeMax = Timeout.InfiniteTimeSpan,
    };

    [Fact]
    public void A_log_that_is_damaged_is_followed_up_to_there_and_its_page_told()
    {
        SampleContent sample = SampleContent.All[1];
        MetaPage meta = FileMap.Of(sample.Image).Meta;
        RedoTail redo = RedoForgery.Find(sample.Image);
        uint[] pages = [.. redo.Pages.ToRuns().SelectMany(static run =>
            Enumerable.Range((int)run.Start, (int)run.Count).Select(static id => (uint)id))];
        Assert.InRange(pages.Length, 2, 100);
        for (int i = 0; i < pages.Length; i++)
        {
            FileImage image = sample.Image.Copy();
            image.Main[((int)pages[i] * meta.PageBytes) + 90] ^= 1;
            SalvageReport report = SalvageTrial.Run(sample, image);
            Assert.False(report.IsComplete);
            Assert.True(report.IsOlderCommit);
            Assert.InRange(report.CommitId, meta.Id.Value, redo.Last.Value - 1);
            SalvageLoss loss = Assert.Single(report.Losses);
            Assert.Equal(pages[i], loss.PageId);
            Assert.Contains("the redo log ends", loss.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_missing_of_a_bucket_is_told_of_where_the_log_moved_it()
    {
        FileImage image = Build(tx => tx.RenameBucket("a", "b"));
        Damage(image, "value 7"u8);
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        SalvageLoss loss = Assert.Single(report.Losses);
        Assert.Equal("b", loss.Bucket);
        Assert.Equal(Entries, counts["b"] + loss.Entries);
        Assert.False(counts.ContainsKey("a"));
        Assert.Equal(counts.Values.Sum(), report.Entries);
    }

    [Fact]
    public void Nothing_is_missing_of_a_bucket_that_the_log_dropped()
    {
        FileImage image = Build(static tx => tx.DeleteBucket("a"));
        Damage(image, "value 7"u8);
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        Assert.Empty(report.Losses);
        Assert.Empty(counts);
    }

    [Fact]
    public void A_bucket_whose_name_is_lost_is_told_of_where_the_log_moved_it()
    {
        FileImage image = Build(
            static tx => tx.OpenBucket("a").Put("new"u8, "entry"u8),
            static tx => tx.RenameBucket("a", "b"),
            static tx => tx.OpenBucket("b").Put("newer"u8, "entry"u8));
        MetaPage meta = FileMap.Of(image).Meta;
        image.Main[((int)meta.CatalogRoot.Id.Index * meta.PageBytes) + 50] ^= 1;
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        Assert.Equal(2, counts["b"]);
        Assert.Equal(2, report.Entries);
        Assert.Equal(Entries, report.FoundEntries);
        Assert.True(report.FoundMayBeStale);
        Assert.Contains(report.Losses, static loss => loss.Bucket == "b" && !loss.IsCatalog);
        Assert.Contains(report.Losses, static loss => loss.Bucket == "b" && loss.IsCatalog);
    }

    [Fact]
    public void A_bucket_that_the_log_names_as_salvage_does_is_kept_apart_from_what_is_found()
    {
        FileImage image = Build(
            static tx => tx.CreateBucket("lost+found").Put("mine"u8, "entry"u8));
        MetaPage meta = FileMap.Of(image).Meta;
        image.Main[((int)meta.CatalogRoot.Id.Index * meta.PageBytes) + 50] ^= 1;
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        Assert.Equal("lost+found 2", report.FoundBucket);
        Assert.Equal(1, counts["lost+found"]);
    }

    [Fact]
    public void A_record_that_cannot_be_done_again_ends_the_log()
    {
        SampleContent sample = SampleContent.All[1];
        FileImage image = sample.Image.Copy();
        // The bucket 'small', an entry that must not come over, and then a step that there is not.
        RedoForgery.ReplaceLast(image,
            [1, 1, 1, 5, .. "small"u8, 2, 1, 1, (byte)'k', 1, (byte)'v', 99, 1]);
        SalvageReport report = SalvageTrial.Run(sample, image);
        Assert.True(report.IsOlderCommit);
        Assert.Equal(RedoForgery.Find(image).Last.Value - 1, report.CommitId);
        (_, Dictionary<string, long> counts) = Salvage(image);
        Assert.Equal(sample.Buckets["small"].Count, counts["small"]);
        Assert.Contains("step 99", Assert.Single(report.Losses).Problem, StringComparison.Ordinal);
    }

    private static FileImage Build(params Action<WriteTransaction>[] logged)
    {
        ImageStorage storage = new();
        using (Database database = Database.Open(storage, Options))
        {
            database.Write(static tx =>
            {
                WritableBucket bucket = tx.CreateBucket("a");
                for (int i = 0; i < Entries; i++)
                    bucket.Put(BitConverter.GetBytes(i), "value "u8.ToArray().Concat(
                        System.Text.Encoding.ASCII.GetBytes($"{i}")).ToArray());
            });
        }

        using Database again = Database.Open(storage, Options);
        // The first commit writes a meta page.
        again.Write(static tx => tx.CreateBucket("other"));
        again.Write(static tx => tx.DeleteBucket("other"));
        foreach (Action<WriteTransaction> change in logged) again.Write(change);
        FileImage image = storage.Take();
        Assert.True(RedoForgery.Find(image).Last.Value
            >= FileMap.Of(image).Meta.Id.Value + (ulong)logged.Length);
        return image;
    }

    private static void Damage(FileImage image, ReadOnlySpan<byte> text) =>
        image.Main[image.Main.AsSpan().IndexOf(text)] ^= 1;

    private static (SalvageReport Report, Dictionary<string, long> Counts) Salvage(FileImage image)
    {
        using ImageStorage source = new(image);
        ImageStorage target = new();
        SalvageReport report = SalvageRun.Run(source, pageBytes => Database.Open(
            target, Options with { PageBytes = pageBytes }), null, default);
        using Database database = Database.Open(target, Options);
        Assert.True(database.Verify().IsSound);
        using ReadTransaction tx = database.BeginRead();
        return (report, tx.ListBucketNames().Where(name => name != report.FoundBucket)
            .ToDictionary(static name => name, name => tx.OpenBucket(name).Count));
    }
}
