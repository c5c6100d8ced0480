using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>Chooses the separator around which a branch is divided.</summary>
internal static class BranchDivision
{
    /// <summary>
    /// Index of the separator that moves up, such that either side fits a page and keeps a
    /// separator. There are at least four: three of any length fit a page.
    /// </summary>
    /// <param name="content">Separators that do not fit one page, with the new one.</param>
    /// <param name="inserted">Index of the new one.</param>
    /// <param name="pageBytes">Size of a page.</param>
    /// <param name="bias">Where to divide when the new one is first or last.</param>
    public static int Choose(BranchContent content, int inserted, int pageBytes, SplitBias bias)
    {
        int first = 1;
        int last = content.SeparatorCount - 2;
        Debug.Assert(first < last);
        if (bias == SplitBias.Ascending && inserted == content.SeparatorCount - 1) return last;
        if (bias == SplitBias.Descending && inserted == 0) return first;

        int middle = HalfOf(content);
        if (Fits(content, middle, pageBytes)) return middle;

        // Only a new separator that shares less than the page's prefix can need this: it makes the
        // side it is on grow with every neighbour it keeps there. It is the first or the last, for
        // one between two others shares what they share. The fewest neighbours always fit.
        bool atEnd = inserted > middle;
        int fitting = atEnd ? last : first;
        while (Math.Abs(fitting - middle) > 1)
        {
            int probe = (fitting + middle) / 2;
            if (Fits(content, probe, pageBytes)) fitting = probe;
            else middle = probe;
        }

        return fitting;
    }

    private static bool Fits(BranchContent content, int middle, int pageBytes) =>
        BranchForm.Choose(content, 0, middle, pageBytes) is not null
        && BranchForm.Choose(content, middle + 1, content.SeparatorCount, pageBytes) is not null;

    /// <summary>The separator that has about as many bytes below as above it.</summary>
    private static int HalfOf(BranchContent content)
    {
        int last = content.SeparatorCount - 1;
        int shared = content.CommonLength(0, last);
        long total = 0;
        for (int i = 0; i <= last; i++) total += WeightAt(i);
        long below = WeightAt(0);
        int middle = 1;
        while (middle < last - 1 && (2 * below) + WeightAt(middle) < total)
        {
            below += WeightAt(middle);
            middle++;
        }

        return middle;

        // A reference and a head, and the separator behind what all share.
        int WeightAt(int index) =>
            PageReference.Size + sizeof(uint) + content.LengthAt(index) - shared;
    }
}
