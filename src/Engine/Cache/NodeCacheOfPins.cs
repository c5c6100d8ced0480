using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <content>Pages that stay beyond the operation that found them.</content>
internal sealed unsafe partial class NodeCache
{
    /// <summary>
    /// The verified page, until the slot lets its place go. Called inside an operation, which it
    /// outlives. A store to the slot is all it costs; only when the slot has no place left, or the
    /// frame is beyond the capacity, is it pinned, and the place 0.
    /// </summary>
    /// <param name="slot">The transaction's.</param>
    /// <param name="reference">The page.</param>
    /// <param name="isRead">Whether the operation has read the page before: a scan must not look as
    /// if it read each page twice.</param>
    /// <param name="frame">For <see cref="Unpin"/>, if the place is 0.</param>
    /// <param name="place">For <see cref="ReaderSlot.LetGo"/>, unless it is 0.</param>
    /// <exception cref="CorruptPageException">The file does not hold the page meant.</exception>
    public PageBuffer Hold(ReaderSlot slot, in PageReference reference, bool isRead,
        out int frame, out int place)
    {
        place = slot.FindPlace();
        if (place == 0) return Pin(slot, reference, out frame);
        frame = isRead ? Look(slot, reference) : Find(slot, reference);
        if (frame < 0)
        {
            PageBuffer loaded = Load(slot, reference, out frame, out OverdraftFrame? borrowed);
            if (borrowed is not null)
            {
                borrowed.Pin();
                place = 0;
                return loaded;
            }
        }

        SyncPoints.Reach("cache: before the pin");
        slot.Hold(place, frame);
        return _frames.BufferOf(frame);
    }

    /// <summary>
    /// The verified page, until <see cref="Unpin"/>. Called inside an operation, which it outlives.
    /// </summary>
    /// <exception cref="CorruptPageException">The file does not hold the page meant.</exception>
    public PageBuffer Pin(ReaderSlot slot, in PageReference reference, out int frame)
    {
        // The page has been read just now: a scan must not look as if it read each page twice.
        frame = Look(slot, reference);
        if (frame < 0)
        {
            PageBuffer loaded = Load(slot, reference, out frame, out OverdraftFrame? borrowed);
            if (borrowed is not null)
            {
                borrowed.Pin();
                return loaded;
            }
        }

        // The operation's epoch keeps the frame until here, the pin from here on: a full fence, so
        // who sees the operation ended (RetiredFrames.Reclaim) sees the pin.
        SyncPoints.Reach("cache: before the pin");
        Interlocked.Increment(ref _frames[frame].Pins);
        return _frames.BufferOf(frame);
    }

    /// <summary>Gives a pin back, from any thread, inside an operation or not.</summary>
    public void Unpin(int frame)
    {
        SyncPoints.Reach("cache: unpin");
        if (frame < _frames.Count) Interlocked.Decrement(ref _frames[frame].Pins);
        else _overdrafts[frame].Unpin();
        FreeIfClosed();
    }
}
