using System.Diagnostics.CodeAnalysis;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>Reads a page from the file and verifies it, once for all who will look at it.</summary>
internal sealed class PageLoader(IStorageFile file, int pageBytes)
{
    /// <exception cref="CorruptPageException">The file does not hold the page meant.</exception>
    /// <exception cref="HandleEndedException">The database was disposed meanwhile.</exception>
    public void Load(in PageReference reference, Span<byte> page)
    {
        int read = Read((long)reference.Id.Index * pageBytes, page);
        if (read < pageBytes) ThrowCorrupt(reference, "it lies beyond the end of the file");
        string? problem = PageVerifier.FindIdentityProblem(page, reference)
            ?? PageVerifier.FindProblem(page);
        if (problem is not null) ThrowCorrupt(reference, problem);
    }

    private int Read(long offset, Span<byte> page)
    {
        try
        {
            return file.Read(offset, page);
        }
        catch (ObjectDisposedException)
        {
            throw HandleEndedException.OfDatabase();
        }
    }

    [DoesNotReturn]
    private static void ThrowCorrupt(in PageReference reference, string problem) =>
        throw new CorruptPageException(reference.Id.Index, problem);
}
