namespace KvCow.Engine.Pages;

/// <summary>Writes a changed branch in the form it has in the file.</summary>
internal static class BranchSeal
{
    /// <summary>
    /// Copies the page: a branch is written anew by every change, so it has its final form. The
    /// identity, the children's references and the CRC are left to the caller.
    /// </summary>
    public static void Seal(ReadOnlySpan<byte> source, Span<byte> destination) =>
        source.CopyTo(destination);
}
