using System.Runtime.InteropServices;
using KvCow.Engine.Pages;

namespace KvCow.Tests.Support.Cache;

/// <summary>
/// Pages whose bytes all follow from id and birth, so that any reader can tell a wrong one.
/// </summary>
internal static class DerivedPage
{
    public static PageReference Fill(Span<byte> page, uint id, ulong birth)
    {
        PageHeader.Initialize(page, new PageId(id), new TransactionId(birth), PageKind.Overflow);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(page[PageHeader.Size..]);
        for (int i = 0; i < words.Length; i++) words[i] = WordAt(id, birth, i);
        uint crc = PageChecksum.Seal(page);
        return new PageReference(new PageId(id), crc, new TransactionId(birth), 0);
    }

    public static bool Is(ReadOnlySpan<byte> page, in PageReference reference)
    {
        if (PageHeader.Id(page) != reference.Id) return false;
        if (PageHeader.Birth(page) != reference.Birth) return false;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(page[PageHeader.Size..]);
        for (int i = 0; i < words.Length; i++)
            if (words[i] != WordAt(reference.Id.Index, reference.Birth.Value, i)) return false;
        return true;
    }

    private static ulong WordAt(uint id, ulong birth, int index) =>
        (((ulong)id << 32) + (ulong)index) * 0x9E37_79B9_7F4A_7C15 ^ birth;
}
