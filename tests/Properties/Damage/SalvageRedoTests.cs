using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>The commits of the redo log are brought over, as far as it goes.</summary>
public sealed class SalvageRedoTests
{
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
