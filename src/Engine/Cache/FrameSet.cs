using System.Numerics;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>The frames within the capacity: their memory and what is noted about each.</summary>
internal sealed unsafe class FrameSet : IDisposable
{
    private const byte PoisonByte = 0xDE;

    /// <summary>Frames of a chunk are 2 to this power: 24 KiB.</summary>
    private const int ChunkBits = 11;

    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly PageArena _memory;
    private readonly byte* _base;
    private readonly int _pageShift;

    // Made when their first frame is used: of a large cache they are many, at every open.
    private readonly Frame[]?[] _chunks;

    // Apart from the frames and dense, because every hit reads its byte: 64 frames to a cache line.
    private readonly byte[] _references;
    private readonly bool _poisonFreed;

    /// <param name="count">Number of frames.</param>
    /// <param name="pageBytes">A power of 2.</param>
    /// <param name="poisonFreed">
    /// Overwrites frames when they become free, so that tests see who still looks at them.
    /// </param>
    public FrameSet(int count, int pageBytes, bool poisonFreed)
    {
        _memory = new PageArena(pageBytes, count);
        _base = _memory.PageAt(0).Address;
        _pageShift = BitOperations.Log2((uint)pageBytes);
        Count = count;
        _chunks = new Frame[]?[(count + ChunkMask) >> ChunkBits];
        _references = new byte[count];
        _poisonFreed = poisonFreed;
    }

    public int Count { get; }

    public ref Frame this[int frame] =>
        ref (Volatile.Read(ref _chunks[frame >> ChunkBits]) ?? AddChunk(frame >> ChunkBits))[
            frame & ChunkMask];

    public byte* AddressOf(int frame) => _base + ((long)frame << _pageShift);

    public PageBuffer BufferOf(int frame) => new(AddressOf(frame), 1 << _pageShift);

    /// <summary>Rounds of the clock that the frame survives without being read.</summary>
    public ref byte ReferenceOf(int frame) => ref _references[frame];

    /// <summary>
    /// Whether the frame's bytes are the page meant. Its own header says so, in the cache line that
    /// the caller needs next anyway; the header is right because loading verified it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public bool Holds(int frame, in PageReference reference)
    {
        // Little-endian as the file: the CRC in the lower half, the id in the upper one.
        byte* page = AddressOf(frame);
        ulong identity = (ulong)reference.Id.Index << 32 | reference.Crc;
        return *(ulong*)page == identity
            && *(ulong*)(page + PageHeader.BirthOffset) == reference.Birth.Value;
    }

    /// <summary>The page that a cached frame holds.</summary>
    public PageId PageOf(int frame) => new(this[frame].PageIndex);

    public bool IsPinned(int frame) => Volatile.Read(ref this[frame].Pins) != 0;

    public TransactionId BirthOf(int frame) => PageHeader.Birth(BufferOf(frame).Span);

    /// <summary>A branch page gets a round more: each miss there delays a whole subtree.</summary>
    public static byte RoundsFor(PageKind kind) => kind == PageKind.Branch ? (byte)2 : (byte)1;

    /// <summary>The same for the page that the frame holds.</summary>
    public byte RoundsFor(int frame) => RoundsFor(PageHeader.Kind(BufferOf(frame).Span));

    /// <summary>Called for a frame that nobody looks at any more.</summary>
    public void MarkFree(int frame)
    {
        this[frame].State = FrameState.Free;
        Poison(frame);
    }

    /// <summary>Overwrites a frame that nobody may look at, if tests ask for it.</summary>
    public void Poison(int frame)
    {
        if (_poisonFreed) BufferOf(frame).Span.Fill(PoisonByte);
    }

    /// <summary>Gives the frame's memory back to the system, where that can be done.</summary>
    public void Park(int frame)
    {
        this[frame].State = FrameState.Parked;
        if (OperatingSystem.IsLinux())
            LinuxCalls.DropMemory(AddressOf(frame), (nuint)(1 << _pageShift));
    }

    public bool HasPins()
    {
        foreach (ref Frame[]? chunk in _chunks.AsSpan())
            foreach (ref Frame frame in Volatile.Read(ref chunk).AsSpan())
                if (Volatile.Read(ref frame.Pins) != 0) return true;
        return false;
    }

    public void Dispose() => _memory.Dispose();

    private Frame[] AddChunk(int index)
    {
        Frame[] chunk = new Frame[1 << ChunkBits];
        return Interlocked.CompareExchange(ref _chunks[index], chunk, null) ?? chunk;
    }
}
