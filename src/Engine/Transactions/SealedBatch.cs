using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Pages sealed into cache frames: neighbours are written in one call, then they are cached.
/// </summary>
internal sealed class SealedBatch(PageFile file, NodeCache cache, TransactionId birth)
{
    /// <summary>
    /// 1 MiB of 4 KiB pages, past which a longer gather write gains nothing (measured: 282 ns a
    /// page at 64).
    /// </summary>
    private const int PagesMax = 256;

    /// <summary>Even the smallest cache has so many frames to spare.</summary>
    private const int PagesMin = 8;

    private readonly int _pagesMax = Math.Clamp(cache.ReservedMax, PagesMin, PagesMax);
    private readonly List<WriteFrame> _frames = [];

    /// <summary>The bytes to seal the page at a place into, before the next call.</summary>
    public Span<byte> Add(PageId place)
    {
        bool isNext = _frames.Count == 0 || _frames[^1].Id.Index + 1 == place.Index;
        if (!isNext || _frames.Count == _pagesMax) Write();
        WriteFrame frame = cache.Reserve(place, birth);
        _frames.Add(frame);
        return frame.Buffer.Span;
    }

    /// <summary>Writes what has been added since the last write.</summary>
    public void Write()
    {
        if (_frames.Count == 0) return;
        Span<PageBuffer> buffers = new PageBuffer[_frames.Count];
        for (int i = 0; i < buffers.Length; i++) buffers[i] = _frames[i].Buffer;
        file.Write(_frames[0].Id.Index, buffers);

        // Not reachable until the commit is published, so being in the cache early harms nobody.
        _frames.ForEach(frame => cache.Install(frame));
        _frames.Clear();
    }

    /// <summary>After a failure: gives the frames of unwritten pages back.</summary>
    public void Abandon()
    {
        _frames.ForEach(frame => cache.Abandon(frame));
        _frames.Clear();
    }
}
