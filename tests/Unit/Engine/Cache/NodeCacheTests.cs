using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Unit.Engine.Cache;

/// <summary>Which pages the cache keeps, for how long, and what that costs.</summary>
public sealed class NodeCacheTests
{
    [Fact]
    public void An_installed_page_is_read_without_the_file()
    {
        using CacheFixture test = new();
        PageReference written = test.Install(id: 9, birth: 5);
        Assert.True(test.ReadsRight(written));
        Assert.Equal(0, test.File.ReadCount);
    }

    [Fact]
    public void An_installed_page_takes_the_place_of_a_stale_one()
    {
        using CacheFixture test = new();
        test.Read(test.References[9]);
        PageReference written = test.Install(id: 9, birth: 5);
        Assert.True(test.ReadsRight(written));
        Assert.Equal(1, test.File.ReadCount);
        Assert.Throws<CorruptPageException>(() => test.Read(test.References[9]));
    }

    [Fact]
    public void A_stale_frame_is_replaced_by_what_the_file_holds()
    {
        using CacheFixture test = new();
        test.Read(test.References[9]);
        PageReference written = test.File.WriteDerived(id: 9, birth: 5);
        Assert.True(test.ReadsRight(written));
        Assert.True(test.ReadsRight(written));
        Assert.Equal(2, test.File.ReadCount);
    }

    [Fact]
    public void A_page_replaced_during_an_operation_keeps_its_bytes_until_the_end()
    {
        using CacheFixture test = new();
        test.Slot.EnterOperation();
        ReadOnlySpan<byte> old = test.Cache.Read(test.Slot, test.References[9]);
        for (uint id = 1; id < 64; id++) test.Install(id, birth: 5);
        Assert.True(DerivedPage.Is(old, test.References[9]));
        test.Slot.ExitOperation();
    }

    [Fact]
    public void Replaced_and_forgotten_pages_give_their_frames_back()
    {
        using CacheFixture test = new(frames: 64);
        for (ulong birth = 2; birth < 1000; birth++)
        {
            PageReference written = test.Install(id: 9, birth);
            Assert.True(test.ReadsRight(written));
            test.Read(test.References[10]);
            test.Cache.Forget(new PageId(10));
        }

        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFramesTotal);
    }

    [Fact]
    public void An_abandoned_frame_is_never_served()
    {
        using CacheFixture test = new();
        WriteFrame frame = test.Cache.Reserve(new PageId(9), new TransactionId(5));
        DerivedPage.Fill(frame.Buffer.Span, 9, 5);
        test.Cache.Abandon(frame);
        Assert.Equal(0, test.Cache.GetStatistics().BytesUsed);
        Assert.True(test.ReadsRight(test.References[9]));
    }

    [Fact]
    public void A_forgotten_page_is_read_from_the_file_again()
    {
        using CacheFixture test = new();
        test.Read(test.References[9]);
        test.Cache.Forget(new PageId(9));
        test.Cache.Forget(new PageId(10));
        Assert.True(test.ReadsRight(test.References[9]));
        Assert.Equal(2, test.File.ReadCount);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(2500)]
    public void A_scan_of_ten_times_the_capacity_stays_within_it(int frames)
    {
        using CacheFixture test = new(frames, (frames * 10) + 1);
        foreach (PageReference reference in test.References)
            if (!reference.IsNone) Assert.True(test.ReadsRight(reference));
        CacheStatistics figures = test.Cache.GetStatistics();
        Assert.InRange(figures.BytesUsed, 1, figures.BytesMax);
        Assert.InRange(figures.BytesMax, 1, frames * CacheFixture.PageBytes);
        Assert.Equal(0, figures.OverdraftFramesTotal);
        Assert.True(figures.Evictions > frames * 8);
    }

    [Fact]
    public void A_scan_leaves_the_pages_that_are_read_again_and_again()
    {
        using CacheFixture test = new(frames: 64, pageCount: 2000);
        for (int i = 100; i < 2000; i++)
        {
            test.Read(test.References[i]);
            for (int hot = 1; hot <= 8; hot++) test.Read(test.References[hot]);
        }

        Assert.Equal(1900 + 8, test.File.ReadCount);
    }

    [Fact]
    public void A_pinned_page_keeps_its_bytes_under_eviction_and_replacement()
    {
        using CacheFixture test = new(frames: 64, pageCount: 1000);
        test.Slot.EnterOperation();
        PageBuffer pinned = test.Cache.Pin(test.Slot, test.References[9], out int frame);
        PageBuffer again = test.Cache.Pin(test.Slot, test.References[9], out int same);
        test.Slot.ExitOperation();
        Assert.Equal(frame, same);
        test.Cache.Unpin(same);

        PageReference newer = test.Install(id: 9, birth: 5);
        for (int i = 10; i < 1000; i++) test.Read(test.References[i]);
        Assert.True(DerivedPage.Is(again.Span, test.References[9]));
        Assert.True(DerivedPage.Is(pinned.Span, test.References[9]));
        Assert.True(test.ReadsRight(newer));
        test.Cache.Unpin(frame);
    }

    [Fact]
    public void More_pins_than_frames_are_served_beyond_the_capacity_and_given_back()
    {
        using CacheFixture test = new(frames: 64, pageCount: 300);
        var pins = new List<(PageBuffer Page, int Frame)>();
        for (int i = 1; i < 300; i++)
        {
            test.Slot.EnterOperation();
            PageBuffer page = test.Cache.Pin(test.Slot, test.References[i], out int frame);
            test.Slot.ExitOperation();
            pins.Add((page, frame));
        }

        Assert.InRange(test.Cache.GetStatistics().OverdraftFrames, 299 - 64, 299);
        for (int i = 1; i < 300; i++)
            Assert.True(DerivedPage.Is(pins[i - 1].Page.Span, test.References[i]));
        foreach ((PageBuffer _, int frame) in pins) test.Cache.Unpin(frame);
        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFrames);
        Assert.True(test.ReadsRight(test.References[299]));
        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFrames);
    }

    [Fact]
    public void One_operation_may_read_more_pages_than_there_are_frames()
    {
        using CacheFixture test = new(frames: 64, pageCount: 1000);
        test.Slot.EnterOperation();
        for (int i = 1; i < 1000; i++)
        {
            ReadOnlySpan<byte> page = test.Cache.Read(test.Slot, test.References[i]);
            Assert.True(DerivedPage.Is(page, test.References[i]));
        }

        Assert.True(test.Cache.GetStatistics().OverdraftFrames > 0);
        test.Slot.ExitOperation();
        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFrames);
    }

    [Fact]
    public void An_operation_left_by_an_exception_ends_with_the_next_one()
    {
        using CacheFixture test = new(frames: 64, pageCount: 1000);
        test.Slot.EnterOperation();
        for (int i = 1; i < 1000; i++) test.Cache.Read(test.Slot, test.References[i]);
        test.Slot.EnterOperation();
        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFrames);
        test.Slot.ExitOperation();
    }

    [Fact]
    public void A_commit_larger_than_the_cache_is_written_beyond_the_capacity()
    {
        using CacheFixture test = new(frames: 64, pageCount: 500);
        var frames = new List<WriteFrame>();
        var written = new List<PageReference>();
        for (uint id = 1; id < 500; id++)
        {
            WriteFrame frame = test.Cache.Reserve(new PageId(id), new TransactionId(5));
            written.Add(DerivedPage.Fill(frame.Buffer.Span, id, 5));
            frames.Add(frame);
        }

        foreach (WriteFrame frame in frames)
        {
            test.File.Write((long)frame.Id.Index * CacheFixture.PageBytes, frame.Buffer.Span);
            test.Cache.Install(frame);
        }

        Assert.Equal(0, test.Cache.GetStatistics().OverdraftFrames);
        foreach (PageReference reference in written) Assert.True(test.ReadsRight(reference));
    }

    [Fact]
    public void A_hit_allocates_nothing()
    {
        using CacheFixture test = new();
        Touch(test, rounds: 10);
        Assert.Equal(0, Allocated.LeastBy(() => Touch(test, rounds: 1000)));
    }

    [Fact]
    public void The_memory_outlives_the_cache_while_a_slot_is_claimed_or_a_page_pinned()
    {
        using CacheFixture test = new();
        ReaderSlot other = test.Cache.Slots.Claim();
        other.EnterOperation();
        PageBuffer pinned = test.Cache.Pin(other, test.References[9], out int frame);
        ReadOnlySpan<byte> read = test.Cache.Read(other, test.References[10]);
        test.Cache.Dispose();
        Assert.True(DerivedPage.Is(read, test.References[10]));
        Assert.True(test.ReadsRight(test.References[11]));
        Assert.Throws<ObjectDisposedException>(() => test.Cache.Slots.Claim());

        test.Cache.Slots.Release(other);
        Assert.True(DerivedPage.Is(pinned.Span, test.References[9]));
        Assert.False(test.Cache.IsFreed);
        test.Cache.Unpin(frame);
        Assert.False(test.Cache.IsFreed);
    }

    private static void Touch(CacheFixture test, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int id = 1; id <= 20; id++)
            {
                test.Slot.EnterOperation();
                test.Cache.Read(test.Slot, test.References[id]);
                test.Cache.Pin(test.Slot, test.References[id], out int frame);
                test.Slot.ExitOperation();
                test.Cache.Unpin(frame);
            }
        }
    }
}
