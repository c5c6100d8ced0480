using System.Diagnostics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Writes the whole of a branch page from separators and children.</summary>
internal static class BranchEncoder
{
    /// <summary>Overwrites a branch with some separators and the children around them.</summary>
    /// <returns>False, and nothing changed, if they do not fit.</returns>
    public static bool TryEncode(BranchContent content, int from, int to, Span<byte> page)
    {
        Debug.Assert(content.Children.Count == content.SeparatorCount + 1);
        if (BranchForm.Choose(content, from, to, page.Length) is not { } form) return false;

        BranchLayout layout = new(to - from, form.HeadBytes, form.HeadOnly);
        page[PageHeader.Size..].Clear();
        WriteHeader(content, from, layout, form, page);
        WriteHeads(content, from, layout, form.PrefixLength, page);
        WriteChildren(content, from, page);
        if (!form.HeadOnly) WriteCells(content, from, layout, form.PrefixLength, page);
        return true;
    }

    private static void WriteHeader(
        BranchContent content, int from, BranchLayout layout, BranchForm form, Span<byte> page)
    {
        Span<byte> prefix = page[^form.PrefixLength..];
        if (layout.SeparatorCount > 0) content.CopyTo(from, 0, prefix);
        PageHeader.SetPrefix(page, prefix);
        PageHeader.SetCellCount(page, layout.SeparatorCount);
        PageHeader.SetHeapStart(page, layout.End + page.Length - form.UsedBytes);
        PageHeader.SetGarbage(page, 0);
        page[PageHeader.FlagsOffset] = (byte)(
            (form.HeadBytes == sizeof(ulong) ? PageHeader.WideHeadsFlag : 0)
            | (form.HeadOnly ? PageHeader.HeadOnlyFlag : 0));
    }

    private static void WriteHeads(
        BranchContent content, int from, BranchLayout layout, int prefixLength, Span<byte> page)
    {
        for (int i = 0; i < layout.SeparatorCount; i++)
            BranchHeads.Write(page, layout, i, content.HeadAt(from + i, prefixLength));
        BranchHeads.WriteHints(page, layout);
    }

    private static void WriteChildren(BranchContent content, int from, Span<byte> page)
    {
        BranchPageWriter writer = new(page);
        int count = PageHeader.CellCount(page) + 1;
        for (int i = 0; i < count; i++) writer.SetChild(i, content.Children[from + i]);
    }

    private static void WriteCells(
        BranchContent content, int from, BranchLayout layout, int prefixLength, Span<byte> page)
    {
        int offset = (int)PageHeader.HeapStart(page);
        for (int i = 0; i < layout.SeparatorCount; i++)
        {
            int length = content.LengthAt(from + i) - prefixLength;
            WriteUInt16LittleEndian(
                page[(layout.SlotsOffset + (i * BranchLayout.SlotSize))..], (ushort)offset);
            WriteUInt16LittleEndian(page[offset..], (ushort)length);
            offset += BranchLayout.CellHeaderSize;
            content.CopyTo(from + i, prefixLength, page.Slice(offset, length));
            offset += length;
        }

        Debug.Assert(offset == page.Length - prefixLength);
    }
}
