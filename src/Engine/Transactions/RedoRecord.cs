using System.Buffers;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What a transaction did, in the words of the layer above, so that it can be done again after a
/// crash. Given up when it grows long, or when something happens that has no words.
/// </summary>
internal sealed class RedoRecord : IDisposable
{
    /// <summary>
    /// Longer changes are written as pages at once: there a run of pages costs little more than
    /// their records would, and opening after a crash has less to do again.
    /// </summary>
    public const int BytesMax = 1 << 20;

    private const int BytesMin = 256;

    private byte[] _buffer = [];

    /// <summary>Whether it tells all that was done.</summary>
    public bool IsWhole { get; private set; } = true;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Room for the next bytes; false if the record is given up.</summary>
    public bool TryReserve(int bytes, out Span<byte> room)
    {
        room = default;
        if (!IsWhole) return false;
        if (bytes > BytesMax - Length)
        {
            GiveUp();
            return false;
        }

        if (bytes > _buffer.Length - Length) Enlarge(Length + bytes);
        room = _buffer.AsSpan(Length);
        return true;
    }

    /// <summary>Counts bytes that were put into the room.</summary>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Forgets what was told after a moment: it was undone.</summary>
    public void CutTo(int length) => Length = Math.Min(Length, length);

    /// <summary>Pages have to tell what was done.</summary>
    public void GiveUp()
    {
        IsWhole = false;
        Dispose();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    private void Enlarge(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(
            Math.Max(BytesMin, Math.Max(needed, 2 * _buffer.Length)));
        Bytes.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
