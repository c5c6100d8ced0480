namespace KvCow.Engine.Pages;

/// <summary>A copy of one page to read from while the page itself is rewritten.</summary>
internal static class PageScratch
{
    [ThreadStatic]
    private static byte[]? _copy;

    /// <summary>Copies the page; the copy lives until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Copy(ReadOnlySpan<byte> page)
    {
        if (_copy is null || _copy.Length < page.Length) _copy = new byte[page.Length];
        page.CopyTo(_copy);
        return _copy.AsSpan(0, page.Length);
    }
}
