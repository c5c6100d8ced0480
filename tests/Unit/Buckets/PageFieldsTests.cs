using KvCow.Engine.Pages;
using KvCow.Tests.Support.Damage;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>The mutator may change a page twice: its fields are told after any change.</summary>
public sealed class PageFieldsTests
{
    [Theory, InlineData(uint.MaxValue), InlineData(1U << 31), InlineData(int.MaxValue)]
    public void A_free_list_page_that_claims_too_many_runs_has_as_many_as_fit(uint count)
    {
        byte[] page = new byte[4096];
        FreeListPage.Initialize(page, new PageId(2), new TransactionId(1));
        int fields = PageFields.Of(page).Count;
        WriteUInt32LittleEndian(page.AsSpan(24), count);
        Assert.InRange(PageFields.Of(page).Count,
            fields, fields + (2 * FreeListPage.CapacityOf(page.Length)));
    }
}
