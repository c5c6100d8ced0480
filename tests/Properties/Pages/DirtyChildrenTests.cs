using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Pages;

/// <summary>The search for dirty children, against one that asks each child.</summary>
public sealed class DirtyChildrenTests
{
    [Theory, Seeds(40)]
    public void Finds_each_dirty_child_and_no_other(int seed)
    {
        Random random = new(seed);
        int count = random.Next(1, 60);
        byte[] identities = new byte[count * PageReference.IdentitySize];
        // All bits that are not the mark may be anything, a CRC's and a birth's highest too.
        random.NextBytes(identities);
        List<int> dirty = [];
        for (int i = 0; i < count; i++)
        {
            Span<byte> child = identities.AsSpan(i * PageReference.IdentitySize);
            bool isDirty = random.Next(12) == 0;
            PageId id = isDirty ? PageId.Dirty(i) : new PageId((uint)random.Next());
            PageHeader.SetIdentity(child, id, PageHeader.Birth(child));
            if (isDirty) dirty.Add(i);
        }

        List<int> found = [];
        int at = DirtyChildren.Find(identities, 0);
        for (; at < count; at = DirtyChildren.Find(identities, at + 1)) found.Add(at);
        Assert.Equal(dirty, found);
        Assert.Equal(count, at);
    }
}
