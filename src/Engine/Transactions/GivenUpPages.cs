using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Checks what a file says of pages that a transaction gives up.</summary>
internal static class GivenUpPages
{
    /// <param name="run">The pages.</param>
    /// <param name="birth">Theirs, as the file says.</param>
    /// <param name="running">The transaction: nothing that it finds can be younger.</param>
    public static void CheckBirth(PageRun run, TransactionId birth, TransactionId running)
    {
        if (birth <= running) return;
        throw new CorruptPageException(
            run.Start, "it is younger than the newest commit (invariant 3)");
    }

    /// <summary>The pages of a long value, which are no more than it needs.</summary>
    public static PageRun OfExtent(in ExtentReference extent, int pageBytes)
    {
        string? problem = ExtentReader.FindShapeProblem(
            extent, (uint)PageLimits.PageCountMax, pageBytes);
        if (problem is not null) throw new CorruptPageException(extent.First.Index, problem);
        return new PageRun(extent.First.Index, extent.PageCount);
    }
}
