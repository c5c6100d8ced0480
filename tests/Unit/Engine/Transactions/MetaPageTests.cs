using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class MetaPageTests
{
    [Theory, Seeds(count: 20)]
    public void A_meta_page_comes_back_as_it_was(int seed)
    {
        Random random = new(seed);
        foreach (int pageBytes in new[] { 4096, 16384, 65536 })
        {
            MetaPage meta = NextMeta(random, pageBytes);
            byte[] page = new byte[pageBytes];
            int slot = meta.Slot;
            meta.Write(page, slot);
            MetaPage? read = MetaPage.TryRead(page, slot, out string problem);
            Assert.Equal("", problem);
            Assert.NotNull(read);
            Assert.True(meta.InlineDeltas.Span.SequenceEqual(read.InlineDeltas.Span));
            Assert.Equal(meta, read with { InlineDeltas = meta.InlineDeltas });
            Assert.Null(MetaPage.TryRead(page, 1 - slot, out _));
        }
    }

    [Theory, Seeds(count: 2)]
    public void Every_flipped_bit_is_noticed(int seed)
    {
        MetaPage meta = NextMeta(new Random(seed), 4096);
        byte[] page = new byte[4096];
        int slot = meta.Slot;
        meta.Write(page, slot);
        for (int bit = 0; bit < page.Length * 8; bit++)
        {
            page[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(MetaPage.TryRead(page, slot, out string problem));
            Assert.NotEqual("", problem);
            page[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory, Seeds(count: 20)]
    public void Changed_bytes_under_a_right_checksum_are_read_or_refused(int seed)
    {
        Random random = new(seed);
        byte[] page = new byte[4096];
        for (int trial = 0; trial < 500; trial++)
        {
            MetaPage meta = NextMeta(random, page.Length);
            meta.Write(page, meta.Slot);
            for (int i = random.Next(1, 5); i > 0; i--)
                page[random.Next(4, 200)] = (byte)(random.Next(2) == 0 ? 0xFF : random.Next(256));
            PageChecksum.Seal(page);
            MetaPage? read = MetaPage.TryRead(page, meta.Slot, out string problem);
            Assert.Equal(read is null, problem.Length > 0);
            if (read is null) continue;
            Assert.InRange(read.PageCount, MetaPage.SlotCount, (uint)PageLimits.PageCountMax);
            Assert.True(read.PendingBytes >= 0);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_root_that_names_a_dirty_page_is_refused(bool isCatalog)
    {
        PageReference dirty = new(PageId.Dirty(5), 1, new TransactionId(1), 1);
        MetaPage meta = NextMeta(new Random(1), 4096);
        meta = isCatalog ? meta with { CatalogRoot = dirty } : meta with { Checkpoint = dirty };
        byte[] page = new byte[4096];
        meta.Write(page, meta.Slot);
        Assert.Null(MetaPage.TryRead(page, meta.Slot, out string problem));
        Assert.Equal("a root names a dirty page", problem);
    }

    private static MetaPage NextMeta(Random random, int pageBytes)
    {
        byte[] deltas = new byte[random.Next(MetaPage.InlineDeltaBytesMax(pageBytes) + 1)];
        random.NextBytes(deltas);
        byte[] databaseId = new byte[16];
        random.NextBytes(databaseId);
        TransactionId id = new((ulong)random.NextInt64(1, long.MaxValue));
        return new MetaPage
        {
            DatabaseId = new Guid(databaseId),
            PageBytes = pageBytes,
            Id = id,
            PreviousId = new TransactionId((ulong)random.NextInt64((long)id.Value)),
            PageCount = (uint)random.NextInt64(2, PageLimits.PageCountMax + 1),
            CatalogRoot = NextReference(random),
            Checkpoint = NextReference(random),
            LoggedThrough = new TransactionId((ulong)random.NextInt64()),
            PendingBytes = random.NextInt64(),
            PendingCrc = (uint)random.Next(),
            InlineDeltas = deltas,
            Pages = new PageCounts(random.Next(), random.Next(), random.Next()),
            IsClean = random.Next(2) == 0,
        };
    }

    private static PageReference NextReference(Random random) => new(
        new PageId((uint)random.Next()), (uint)random.Next(),
        new TransactionId((ulong)random.NextInt64()), (ulong)random.NextInt64());
}
