namespace KvCow.Engine.Pages;

//  All numbers are variable-length: 7 bits a byte, low bits first, top bit = more follow.
//
//    transaction id
//    transaction id less that of the delta before it
//    page count before the commit
//    page count after the commit (pages between the two come free, or go)
//    count of runs freed; for each: start less the end of the run before, count
//    count of runs taken; for each the same
/// <summary>What one commit did to the free list.</summary>
/// <param name="Id">The commit.</param>
/// <param name="Previous">The commit whose delta comes before: the chain has no gap.</param>
/// <param name="PageCountBefore">Pages of the file before it.</param>
/// <param name="PageCount">Pages of the file afterwards.</param>
/// <param name="Freed">Runs that were in use, ascending; they come free first.</param>
/// <param name="Taken">Runs that were free, or are so by then, and are in use now.</param>
internal sealed record FreeListDelta(
    TransactionId Id, TransactionId Previous, uint PageCountBefore, uint PageCount,
    IReadOnlyList<PageRun> Freed, IReadOnlyList<PageRun> Taken)
{
    public void AppendTo(List<byte> bytes)
    {
        AppendNumber(bytes, Id.Value);
        AppendNumber(bytes, Id.Value - Previous.Value);
        AppendNumber(bytes, PageCountBefore);
        AppendNumber(bytes, PageCount);
        AppendRuns(bytes, Freed);
        AppendRuns(bytes, Taken);
    }

    /// <summary>
    /// Decodes the delta at the front, and moves past it; null if it is malformed.
    /// </summary>
    public static FreeListDelta? TryRead(ref ReadOnlySpan<byte> bytes)
    {
        if (!TryReadNumber(ref bytes, out ulong id)
            || !TryReadNumber(ref bytes, out ulong step) || step == 0 || step > id
            || !TryReadNumber(ref bytes, out ulong before)
            || before > (ulong)PageLimits.PageCountMax
            || !TryReadNumber(ref bytes, out ulong after)
            || after > (ulong)PageLimits.PageCountMax
            || !TryReadRuns(ref bytes, out List<PageRun> freed)
            || !TryReadRuns(ref bytes, out List<PageRun> taken))
        {
            return null;
        }

        return new FreeListDelta(new TransactionId(id), new TransactionId(id - step),
            (uint)before, (uint)after, freed, taken);
    }

    private static void AppendRuns(List<byte> bytes, IReadOnlyList<PageRun> runs)
    {
        AppendNumber(bytes, (ulong)runs.Count);
        uint end = 0;
        foreach (PageRun run in runs)
        {
            AppendNumber(bytes, run.Start - end);
            AppendNumber(bytes, run.Count);
            end = run.End;
        }
    }

    private static void AppendNumber(List<byte> bytes, ulong number)
    {
        for (; number >= 0x80; number >>= 7) bytes.Add((byte)(number | 0x80));
        bytes.Add((byte)number);
    }

    private static bool TryReadRuns(ref ReadOnlySpan<byte> bytes, out List<PageRun> runs)
    {
        runs = [];
        // Two bytes a run at least: a count beyond the bytes present is a lie, not an allocation.
        if (!TryReadNumber(ref bytes, out ulong count) || count > (ulong)bytes.Length / 2)
            return false;

        runs.Capacity = (int)count;
        ulong end = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (!TryReadNumber(ref bytes, out ulong gap) || gap > (ulong)PageLimits.PageCountMax
                || !TryReadNumber(ref bytes, out ulong length) || length == 0
                || length > (ulong)PageLimits.PageCountMax
                || end + gap + length > (ulong)PageLimits.PageCountMax)
            {
                return false;
            }

            runs.Add(new PageRun((uint)(end + gap), (uint)length));
            end += gap + length;
        }

        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (bytes.IsEmpty) return false;
            byte next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}
