using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Unit.Engine.Cache;

/// <summary>A cache over a file of derived pages, with one slot claimed.</summary>
internal sealed class CacheFixture : IDisposable
{
    public const int PageBytes = 4096;

    public CacheFixture(int frames = 64, int pageCount = 100)
    {
        File = new MemoryFile(PageBytes, pageCount);
        References = File.WriteAllDerived(birth: 1);
        Cache = new NodeCache(File, PageBytes, (long)frames * PageBytes, poisonFreed: true);
        Slot = Cache.Slots.Claim();
    }

    public MemoryFile File { get; }

    /// <summary>By page id.</summary>
    public PageReference[] References { get; }

    public NodeCache Cache { get; }

    public ReaderSlot Slot { get; }

    /// <summary>Whether one operation that reads the page finds the right bytes.</summary>
    public bool ReadsRight(in PageReference reference)
    {
        Slot.EnterOperation();
        bool right = DerivedPage.Is(Cache.Read(Slot, reference), reference);
        Slot.ExitOperation();
        return right;
    }

    public void Read(PageReference reference)
    {
        Slot.EnterOperation();
        Cache.Read(Slot, reference);
        Slot.ExitOperation();
    }

    /// <summary>Reserves, fills and installs a page as a commit does.</summary>
    public PageReference Install(uint id, ulong birth)
    {
        WriteFrame frame = Cache.Reserve(new PageId(id), new TransactionId(birth));
        PageReference reference = DerivedPage.Fill(frame.Buffer.Span, id, birth);
        File.Write((long)id * PageBytes, frame.Buffer.Span);
        Cache.Install(frame);
        return reference;
    }

    public void Dispose()
    {
        Cache.Slots.Release(Slot);
        Cache.Dispose();
        Assert.True(Cache.IsFreed, "A claim or a pin was left.");
    }
}
