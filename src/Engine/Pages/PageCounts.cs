namespace KvCow.Engine.Pages;

/// <summary>How many pages of each kind a snapshot reaches.</summary>
internal readonly record struct PageCounts(long Leaf, long Branch, long Overflow)
{
    /// <summary>The counts after <paramref name="change"/> pages of a kind came or went.</summary>
    public PageCounts With(PageKind kind, long change) => kind switch
    {
        PageKind.Leaf => this with { Leaf = Leaf + change },
        PageKind.Branch => this with { Branch = Branch + change },
        PageKind.Overflow => this with { Overflow = Overflow + change },
        _ => this,
    };

    public static PageCounts operator +(PageCounts a, PageCounts b) =>
        new(a.Leaf + b.Leaf, a.Branch + b.Branch, a.Overflow + b.Overflow);

    public long Total => Leaf + Branch + Overflow;
}
