using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>The commits of the redo log are brought over, as far as it goes.</summary>
public sealed class SalvageRedoTests
{
    private const byte Drop = (byte)RedoStep.Drop;
    private const byte Move = (byte)RedoStep.Move;

    private static readonly byte[] Plain = [5, .. "plain"u8];
    private static readonly byte[] Moved = [5, .. "moved"u8];

    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 16 << 20,
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

    [Fact]
    public void What_is_missing_of_a_bucket_is_missing_where_the_log_moves_it()
    {
        (FileImage image, SalvageLoss lost) = WithoutALeafOf("plain");
        RedoForgery.ReplaceLast(image, [Move, 0, .. Plain, 0, .. Moved]);
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        SalvageLoss loss = Assert.Single(report.Losses);
        Assert.Equal(lost with { Bucket = "moved", From = loss.From, To = loss.To }, loss);
        Assert.Equal(lost.From, loss.From);
        Assert.Equal(lost.To, loss.To);
        Assert.False(counts.ContainsKey("plain"));
        Assert.Equal(
            SampleContent.All[1].Buckets["plain"].Count - lost.Entries, counts["moved"]);
    }

    [Fact]
    public void Nothing_is_missing_of_a_bucket_that_the_log_drops()
    {
        (FileImage image, _) = WithoutALeafOf("plain");
        RedoForgery.ReplaceLast(image, [Drop, 0, .. Plain]);
        (SalvageReport report, Dictionary<string, long> counts) = Salvage(image);
        Assert.True(report.IsComplete);
        Assert.False(counts.ContainsKey("plain"));
    }

    [Fact]
    public void A_bucket_whose_name_is_lost_may_hold_anything_where_the_log_moves_it()
    {
        SampleContent sample = SampleContent.All[1];
        FileMap map = FileMap.Of(sample.Image);
        FileImage image = sample.Image.Copy();
        byte[] move = [Move, 0, .. Plain, 0, .. Moved];
        byte[] again = [Move, 0, .. Moved, 0, .. Plain];
        RedoForgery.ReplaceLast(image, [.. move, .. again, .. move]);
        image.Main[((int)map.Meta.CatalogRoot.Id.Index * map.PageBytes) + 50] ^= 1;
        (SalvageReport report, _) = Salvage(image);
        SalvageLoss[] moved = [.. report.Losses.Where(static loss => loss.Bucket == "moved")];
        Assert.Equal([false, true], moved.Select(static loss => loss.IsCatalog).Order());
        Assert.All(moved, static loss => Assert.Null(loss.From ?? loss.To));
        Assert.Contains(report.Losses, static loss => loss.Bucket is null && loss.IsCatalog);
    }

    /// <summary>The stopped sample without one leaf, and what is told of it.</summary>
    private static (FileImage Image, SalvageLoss Loss) WithoutALeafOf(string bucket)
    {
        SampleContent sample = SampleContent.All[1];
        FileMap map = FileMap.Of(sample.Image);
        foreach (uint leaf in map.PagesOf(PageKind.Leaf))
        {
            FileImage image = sample.Image.Copy();
            image.Main[((int)leaf * map.PageBytes) + 50] ^= 1;
            (SalvageReport report, _) = Salvage(image);
            if (report.Losses is [{ IsCatalog: false } loss] && loss.Bucket == bucket)
                return (image, loss);
        }

        throw new InvalidOperationException($"No leaf is {bucket}'s.");
    }

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
