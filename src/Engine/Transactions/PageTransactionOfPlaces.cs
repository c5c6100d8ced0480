using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <content>What goes to its final place before the commit: long values and whole trees.</content>
internal sealed partial class PageTransaction
{
    private ExtentWriter? _extents;

    private ExtentWriter Extents =>
        _extents ??= new ExtentWriter(_parts.File, _parts.Space, Birth);

    /// <summary>Takes the pages of a tree that is built bottom-up.</summary>
    public PlacedPages PlacePages()
    {
        ThrowIfUnusable();
        return new PlacedPages(_parts.File, _parts.Space, _levels);
    }

    /// <summary>Reads value bytes; see <see cref="PageSnapshot.ReadExtent"/>.</summary>
    public int ReadExtent(in ExtentReference extent, long offset, Span<byte> destination)
    {
        ThrowIfUnusable();
        return ExtentReader.Read(_parts.File, extent, offset, destination);
    }

    /// <summary>
    /// Writes a long value to overflow pages at once (they are not yet reachable).
    /// </summary>
    public ExtentReference WriteExtent(ReadOnlySpan<byte> value)
    {
        ThrowIfUnusable();
        return Count(Extents.Write(value));
    }

    /// <summary>
    /// The same from a stream of exactly <paramref name="length"/> bytes, without holding the value
    /// in memory. Throws <see cref="EndOfStreamException"/> if the stream is shorter.
    /// </summary>
    public ExtentReference WriteExtent(Stream source, long length, CancellationToken ct)
    {
        ThrowIfUnusable();
        return Count(Extents.Write(source, length, ct));
    }

    private ExtentReference Count(ExtentReference extent)
    {
        _levels.AddPlaces(new PageRun(extent.First.Index, extent.PageCount), PageKind.Overflow);
        return extent;
    }
}
