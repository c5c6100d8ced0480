using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Unit.Engine.Cache;

/// <summary>Pages that a transaction's slot keeps beyond the operation that found them.</summary>
public sealed class HeldPageTests
{
    [Fact]
    public void A_held_page_keeps_its_bytes_under_eviction_and_replacement_until_let_go()
    {
        using CacheFixture test = new(frames: 64, pageCount: 1000);
        ReaderSlot slot = test.Cache.Slots.Claim();
        slot.EnterOperation();
        PageBuffer held = test.Cache.Hold(
            slot, test.References[9], isRead: false, out int frame, out int place);
        slot.ExitOperation();
        Assert.NotEqual(0, place);

        PageReference newer = test.Install(id: 9, birth: 5);
        for (int i = 10; i < 1000; i++) test.Read(test.References[i]);
        Assert.True(DerivedPage.Is(held.Span, test.References[9]));
        Assert.True(test.ReadsRight(newer));

        slot.LetGo(place);
        for (int i = 10; i < 1000; i++) test.Read(test.References[i]);
        Assert.False(DerivedPage.Is(held.Span, test.References[9]), $"Frame {frame} is lost.");
        test.Cache.Slots.Release(slot);
    }

    [Fact]
    public void More_pages_than_a_slot_has_places_are_pinned()
    {
        using CacheFixture test = new(frames: 64, pageCount: 1000);
        ReaderSlot slot = test.Cache.Slots.Claim();
        var held = new List<(PageBuffer Page, int Frame, int Place)>();
        for (int i = 1; i <= ReaderSlot.HeldMax + 2; i++)
        {
            slot.EnterOperation();
            PageBuffer page = test.Cache.Hold(
                slot, test.References[i], isRead: false, out int frame, out int place);
            slot.ExitOperation();
            held.Add((page, frame, place));
        }

        Assert.Equal(2, held.Count(pin => pin.Place == 0));
        for (int i = 100; i < 1000; i++) test.Read(test.References[i]);
        for (int i = 0; i < held.Count; i++)
            Assert.True(DerivedPage.Is(held[i].Page.Span, test.References[i + 1]));

        slot.LetGo(held[3].Place);
        Assert.Equal(held[3].Place, slot.FindPlace());
        foreach ((PageBuffer _, int frame, int place) in held)
            if (place == 0) test.Cache.Unpin(frame);
        test.Cache.Slots.Release(slot);
        Assert.All(Enumerable.Range(0, ReaderSlot.HeldMax),
            index => Assert.Equal(-1, slot.HeldAt(index)));
    }
}
