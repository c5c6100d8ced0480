using KvCow.Engine.Pages;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>What is whole is brought over; what is not is told.</summary>
public sealed class SalvageTests
{
    private const int FilesPerSeed = 20;

    [Theory, Seeds(20, Shared = true)]
    public void A_salvage_tells_everything_that_it_does_not_bring_over(int seed)
    {
        Random random = new(seed);
        for (int file = 0; file < FilesPerSeed; file++)
        {
            SampleContent sample = SampleContent.All[random.Next(SampleContent.All.Count)];
            FileMap map = FileMap.Of(sample.Image);
            FileImage image = sample.Image.Copy();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                // Not both meta pages: then nothing can be told.
                uint page = map.Pages[random.Next(map.Pages.Count)];
                random.NextBytes(image.Main.AsSpan((int)page * map.PageBytes + 50, 30));
            }

            SalvageTrial.Run(sample, image);
        }
    }

    [Fact]
    public void A_sound_file_is_brought_over_whole()
    {
        foreach (SampleContent sample in SampleContent.All)
        {
            SalvageReport report = SalvageTrial.Run(sample, sample.Image);
            Assert.True(report.IsComplete);
            Assert.Equal(sample.Buckets.Values.Sum(static bucket => bucket.Count), report.Entries);
            Assert.Equal(0, report.FoundEntries);
        }
    }

    [Fact]
    public void Of_a_file_that_was_cut_all_that_is_left_is_brought_over()
    {
        foreach (SampleContent sample in SampleContent.All)
        {
            // Behind the last leaf nothing is lost but the free list.
            FileMap map = FileMap.Of(sample.Image);
            int whole = ((int)map.PagesOf(PageKind.Leaf).Max() + 1) * map.PageBytes;
            for (int eighths = 1; eighths < 8; eighths++)
            {
                FileImage image = sample.Image with
                {
                    Main = sample.Image.Main[..(whole / 8 * eighths)],
                };
                Assert.NotEmpty(SalvageTrial.Run(sample, image).Losses);
            }
        }
    }

    [Fact]
    public void Leaves_below_a_broken_branch_are_found_by_themselves()
    {
        foreach (SampleContent sample in SampleContent.All)
        {
            FileMap map = FileMap.Of(sample.Image);
            foreach (uint branch in map.PagesOf(PageKind.Branch))
            {
                FileImage image = sample.Image.Copy();
                image.Main[((int)branch * map.PageBytes) + 50] ^= 1;
                SalvageReport report = SalvageTrial.Run(sample, image);
                Assert.Empty(report.Losses);
                Assert.Equal(0, report.FoundEntries);
                Assert.True(report.LooseEntries > 0);
            }
        }
    }

    [Fact]
    public void Leaves_of_buckets_whose_names_are_lost_are_set_apart()
    {
        foreach (SampleContent sample in SampleContent.All)
        {
            FileMap map = FileMap.Of(sample.Image);
            uint catalog = map.Meta.CatalogRoot.Id.Index;
            FileImage image = sample.Image.Copy();
            image.Main[((int)catalog * map.PageBytes) + 50] ^= 1;
            SalvageReport report = SalvageTrial.Run(sample, image);
            SalvageLoss loss = Assert.Single(report.Losses);
            Assert.True(loss.IsCatalog);
            Assert.Null(loss.Bucket);
            Assert.Equal(catalog, loss.PageId);
            Assert.Equal("lost+found", report.FoundBucket);
            // What the redo log deleted is found, too: nobody knows whose it was.
            bool isRedone = report.CommitId > map.Meta.Id.Value;
            Assert.Equal(isRedone, report.FoundMayBeStale);
            int entries = sample.Buckets.Values.Sum(static bucket => bucket.Count);
            Assert.InRange(report.FoundEntries + report.Entries,
                entries, isRedone ? int.MaxValue : entries);
        }
    }

    [Fact]
    public void Without_meta_pages_everything_found_is_set_apart_as_perhaps_stale()
    {
        foreach (SampleContent sample in SampleContent.All)
        {
            FileMap map = FileMap.Of(sample.Image);
            FileImage image = sample.Image.Copy();
            image.Main.AsSpan(0, 2 * map.PageBytes).Clear();
            SalvageReport report = SalvageTrial.Run(sample, image);
            Assert.False(report.IsComplete);
            Assert.Equal(0UL, report.CommitId);
            Assert.True(report.FoundMayBeStale);
            Assert.Equal(0, report.Entries);
            Assert.InRange(report.FoundEntries,
                sample.Buckets.Values.Sum(static bucket => bucket.Count), int.MaxValue);
        }
    }
}
