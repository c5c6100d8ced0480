using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KvCow.Engine.Cache;

/// <summary>
/// Where one transaction publishes what it is looking at: the epoch of its running operation and
/// the snapshot it reads.
/// </summary>
/// <remarks>
/// Only the claimant writes, with plain or release stores, so that entering and leaving an
/// operation costs less than a nanosecond; whoever scans the slots pays with
/// <see cref="Interlocked.MemoryBarrierProcessWide"/>. The words lie on cache lines of their own.
/// </remarks>
internal sealed class ReaderSlot
{
    /// <summary>
    /// Frames held at a time: a cache line of them. A transaction with more cursors and values
    /// pinned than that pins the rest by counts.
    /// </summary>
    public const int HeldMax = 16;

    private readonly ReaderSlots _owner;
    private OverdraftFrame? _borrowed;
    private uint _placesTaken;
    private Words _words;

    public ReaderSlot(ReaderSlots owner, int index)
    {
        _owner = owner;
        Index = index;
    }

    /// <summary>Place among the owner's slots.</summary>
    public int Index { get; }

    /// <summary>The snapshot being read, or 0. Look again for a newer one after this.</summary>
    public ulong SnapshotId
    {
        get => Volatile.Read(ref _words.SnapshotId);
        set => Volatile.Write(ref _words.SnapshotId, value);
    }

    /// <summary>When the snapshot was taken: a mark of the reader's clock.</summary>
    public long SinceTimestamp
    {
        get => Volatile.Read(ref _words.SinceTimestamp);
        set => Volatile.Write(ref _words.SinceTimestamp, value);
    }

    /// <summary>True for the slot of a write transaction, which is no reader to count.</summary>
    public bool IsWriter { get; set; }

    public bool IsInOperation => Epoch != 0;

    public bool IsClaimed => Volatile.Read(ref _words.Claimed) != 0;

    /// <summary>Epoch of the running operation, or 0.</summary>
    public ulong Epoch => Volatile.Read(ref _words.Epoch);

    public long Hits => Volatile.Read(ref _words.Hits);

    public long Misses => Volatile.Read(ref _words.Misses);

    /// <summary>
    /// Begins an operation: frames it finds in the page table keep their bytes until it ends. One
    /// that was left by an exception ends here.
    /// </summary>
    public void EnterOperation()
    {
        if (_borrowed is not null) ReturnBorrowed();

        // Pairs with the barrier in ReaderSlots.AdvanceEpoch: either the scan after it sees this
        // store, or the loads after this store see the page table without the retired frames.
        ulong epoch = _owner.CurrentEpoch;
        SyncPoints.Reach("operation: before its epoch is shown");
        Volatile.Write(ref _words.Epoch, epoch);
        SyncPoints.Reach("operation: begun");
    }

    /// <summary>Ends the operation; the release store keeps its reads before the end.</summary>
    public void ExitOperation()
    {
        SyncPoints.Reach("operation: end");
        Volatile.Write(ref _words.Epoch, 0);
        if (_borrowed is not null) ReturnBorrowed();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public void CountHit() => _words.Hits++;

    public void CountMiss() => _words.Misses++;

    /// <summary>Keeps a frame beyond the capacity until the operation ends.</summary>
    public void Borrow(OverdraftFrame frame)
    {
        frame.Next = _borrowed;
        _borrowed = frame;
    }

    /// <summary>A place for <see cref="Hold"/>, 1 to <see cref="HeldMax"/>; 0 if all are taken.
    /// </summary>
    public int FindPlace()
    {
        int place = BitOperations.TrailingZeroCount(~_placesTaken) + 1;
        return place <= HeldMax ? place : 0;
    }

    /// <summary>
    /// Keeps a frame's bytes beyond the operation that found it, until the place is let go. Called
    /// inside that operation; the release store at its end comes after this one, so who sees the
    /// operation ended sees the frame held.
    /// </summary>
    public void Hold(int place, int frame)
    {
        _placesTaken |= 1u << (place - 1);
        Volatile.Write(ref _words.Held[place - 1], frame + 1);
    }

    /// <summary>Lets the frame at a place go, inside an operation or not.</summary>
    public void LetGo(int place)
    {
        Volatile.Write(ref _words.Held[place - 1], 0);
        _placesTaken &= ~(1u << (place - 1));
    }

    /// <summary>The frame held at a place, counted from 0; -1 if none is.</summary>
    public int HeldAt(int index) => Volatile.Read(ref _words.Held[index]) - 1;

    public bool TryClaim() => Interlocked.CompareExchange(ref _words.Claimed, 1, 0) == 0;

    /// <summary>Called by <see cref="ReaderSlots.Release"/> alone.</summary>
    public void Unclaim()
    {
        ExitOperation();
        while (_placesTaken != 0) LetGo(BitOperations.TrailingZeroCount(_placesTaken) + 1);
        SnapshotId = 0;
        SinceTimestamp = 0;
        IsWriter = false;
        Volatile.Write(ref _words.Claimed, 0);
    }

    private void ReturnBorrowed()
    {
        while (_borrowed is { } frame)
        {
            _borrowed = frame.Next;
            frame.Unpin();
        }
    }

    // 128 bytes on both sides: processors fetch lines in pairs, and objects move.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Words
    {
        [FieldOffset(128)]
        public ulong Epoch;

        [FieldOffset(136)]
        public ulong SnapshotId;

        [FieldOffset(144)]
        public long SinceTimestamp;

        [FieldOffset(152)]
        public long Hits;

        [FieldOffset(160)]
        public long Misses;

        [FieldOffset(168)]
        public int Claimed;

        // Frame numbers plus 1, or 0.
        [FieldOffset(192)]
        public HeldFrameNumbers Held;
    }

    [InlineArray(HeldMax)]
    private struct HeldFrameNumbers
    {
        private int _first;
    }
}
