using System.Buffers;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// The entry under an enumerator or cursor, read where it lies. It lives until that moves on; after
/// that its members throw.
/// </summary>
/// <remarks>
/// Its spans live as long, but in a write transaction only until the bucket changes. The members
/// may be asked again then: they find the entry's new place, or throw
/// <see cref="InvalidOperationException"/> if it was deleted.
/// </remarks>
public readonly ref struct EntryView
{
    private readonly EntryReader _reader;
    private readonly int _step;

    internal EntryView(EntryReader reader)
    {
        _reader = reader;
        _step = reader.StepCount;
    }

    /// <summary>The key, not copied.</summary>
    /// <exception cref="HandleEndedException">The enumerator has moved on or ended.</exception>
    public ReadOnlySpan<byte> Key => _reader.KeyAt(_step);

    /// <summary>
    /// The value. A short one is not copied; a large one is read into a buffer that the enumerator
    /// keeps for the next large value.
    /// </summary>
    /// <exception cref="HandleEndedException">The enumerator has moved on or ended.</exception>
    /// <exception cref="CorruptPageException">A page of a large value is damaged.</exception>
    public ReadOnlySpan<byte> Value => _reader.ValueAt(_step);

    /// <summary>Length of the value in bytes; reads no further page.</summary>
    public long ValueLength => _reader.ValueLengthAt(_step);

    /// <summary>True if the value lies in overflow pages of its own.</summary>
    public bool IsLarge => _reader.IsLargeAt(_step);

    /// <summary>Notes where the entry lies, for a walk over all buckets.</summary>
    internal void Reach(ReachedOnce reached)
    {
        reached.Leaf(_reader.LeafIdAt(_step));
        if (IsLarge) reached.Extent(_reader.ExtentAt(_step));
    }

    /// <summary>
    /// Reads from <paramref name="offset"/> of the value until the destination is full or the value
    /// ends; returns the bytes read.
    /// </summary>
    public int ReadValueAt(long offset, Span<byte> destination) =>
        _reader.ReadValueAt(_step, offset, destination);

    /// <summary>Appends the value to <paramref name="destination"/>.</summary>
    public void CopyValueTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        _reader.CopyValueTo(_step, destination);
    }

    /// <summary>Copies key and value.</summary>
    public Entry ToEntry() => _reader.CopyAt(_step);

    /// <summary>Lets <c>foreach (var (key, value) in bucket)</c> compile.</summary>
    public void Deconstruct(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = Key;
        value = Value;
    }
}
