using KvCow.Engine.Pages;

namespace KvCow.Tests.Properties.Pages;

/// <summary>One branch page beside a list of separators and a list of children.</summary>
internal sealed class BranchModel
{
    public BranchModel(
        byte[] page, IEnumerable<byte[]> separators, IEnumerable<PageReference> children)
    {
        Page = page;
        Separators = [.. separators];
        Children = [.. children];
        Check();
    }

    public byte[] Page { get; }

    public List<byte[]> Separators { get; }

    public List<PageReference> Children { get; }

    /// <summary>The page is sound and says what the lists say.</summary>
    public void Check()
    {
        Assert.Null(PageVerifier.FindProblem(Page));
        BranchPage branch = new(Page);
        Assert.Equal(2, branch.Level);
        Assert.Equal(Children.Count, branch.ChildCount);
        Assert.InRange(branch.UsedBytes, 1, Page.Length);
        byte[] buffer = new byte[PageLimits.KeyBytesMax(Page.Length)];
        for (int i = 0; i < Children.Count; i++)
        {
            Assert.Equal(Children[i], branch.ChildAt(i));
            Assert.Equal(Children[i].Id, branch.ChildIdAt(i));
            Assert.Equal(Children[i].Count, branch.CountAt(i));
            if (i == Separators.Count) continue;
            ByteOrder.AssertEqual(
                Separators[i], buffer.AsSpan(0, branch.CopySeparator(i, buffer)));
        }

        CheckForm();
    }

    /// <summary>Moving a part of the page leaves what writing it anew would.</summary>
    private void CheckForm()
    {
        byte[] anew = [.. Page];
        BranchContent content = BranchContent.Of(Page);
        Assert.True(BranchEncoder.TryEncode(content, 0, content.SeparatorCount, anew));
        ByteOrder.AssertEqual(anew, Page);
    }

    public void CheckSearch(byte[] key)
    {
        int expected = Separators.Count(s => ByteOrder.Instance.Compare(s, key) <= 0);
        Assert.Equal(expected, new BranchPage(Page).FindChild(key));
    }
}
