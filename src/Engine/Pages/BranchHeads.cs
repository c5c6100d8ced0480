using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Writes the heads of a branch, and the hints from them.</summary>
internal static class BranchHeads
{
    /// <param name="page">The branch.</param>
    /// <param name="layout">Its arrays.</param>
    /// <param name="index">Which separator's.</param>
    /// <param name="head">Of 8 bytes, whatever the width of the page's heads.</param>
    public static void Write(Span<byte> page, BranchLayout layout, int index, ulong head) =>
        KeyHead.Write(
            page[(layout.HeadsOffset + (index * layout.HeadBytes))..], layout.HeadBytes, head);

    /// <summary>Writes the hints; header and heads are there.</summary>
    public static void WriteHints(Span<byte> page, BranchLayout layout)
    {
        BranchPage branch = new(page);
        for (int i = 0; i < BranchLayout.HintCount; i++)
        {
            int sampled = ((i + 1) * layout.HintStep) - 1;
            bool exists = sampled >= 0 && sampled < layout.SeparatorCount;
            ulong hint = exists ? branch.HeadAt(sampled) : ulong.MaxValue;
            Span<byte> place = page[(BranchLayout.HintsOffset + (i * layout.HeadBytes))..];
            if (layout.HeadBytes == sizeof(ulong)) WriteUInt64LittleEndian(place, hint);
            else WriteUInt32LittleEndian(place, (uint)hint);
        }
    }
}
