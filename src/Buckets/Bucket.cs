using System.Buffers;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// A named, ordered key space, to read. It lives as long as its transaction, on any thread, one at
/// a time. Keys are 0 to <see cref="Database.KeyBytesMax"/> bytes, compared as unsigned bytes.
/// </summary>
/// <remarks>
/// Every member throws <see cref="HandleEndedException"/> after the end of the transaction or the
/// delete of the bucket, and <see cref="CorruptPageException"/> when a page on its way is damaged.
/// Looking for a key longer than any stored key is no error: it is not there.
/// </remarks>
public class Bucket : OrderedEntries
{
    internal Bucket(BucketState state)
        : base(state)
    {
    }

    /// <summary>The name as text; bytes that are not UTF-8 are shown as <c>X'0a1b'</c>.</summary>
    public string Name => BucketName.Display(State.Name);

    /// <summary>The names from the top down, joined by <c>/</c>, for people to read.</summary>
    public string Path => State.Path;

    /// <summary>The last number handed out by <see cref="WritableBucket.NextSequence"/>.</summary>
    public ulong Sequence
    {
        get
        {
            State.ThrowIfEnded();
            return State.Sequence;
        }
    }

    /// <summary>The value, copied into a new array; null if the key is missing.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key) => ValueReader.Get(State, key);

    /// <summary>
    /// Copies the value into <paramref name="destination"/>; false if the key is missing. Allocates
    /// nothing.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Room for the whole value.</param>
    /// <param name="written">Length of the value in bytes; 0 if the key is missing.</param>
    /// <exception cref="ArgumentException">The value is longer than the destination.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int written) =>
        ValueReader.TryGet(State, key, destination, out written);

    /// <summary>
    /// Appends the value to <paramref name="destination"/>; false if the key is missing.
    /// </summary>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!ValueReader.TryLocate(State, key, out byte[]? value, out ExtentReference extent))
        {
            return false;
        }

        if (value is null) ValueReader.CopyTo(State, extent, destination);
        else destination.Write(value);
        return true;
    }

    /// <summary>
    /// Finds the length of the value in bytes without reading it; false if the key is missing.
    /// </summary>
    public bool TryGetLength(ReadOnlySpan<byte> key, out long length) =>
        ValueReader.TryFindLength(State, key, out length);

    /// <summary>True if the key is there.</summary>
    public bool ContainsKey(ReadOnlySpan<byte> key) =>
        ValueReader.TryFindLength(State, key, out _);

    /// <summary>
    /// Hands the value to <paramref name="callback"/> where it lies, without a copy if it is short;
    /// false if the key is missing. The callback may read the transaction, but not change it.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="state">Passed on to the callback.</param>
    /// <param name="callback">Reads the value; its span is dead afterwards.</param>
    /// <param name="result">What the callback returned, or the default.</param>
    public bool TryRead<TState, TResult>(ReadOnlySpan<byte> key, TState state,
        ValueCallback<TState, TResult> callback, out TResult? result)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(callback);
        return ValuePinning.TryRead(State, key, state, callback, out result);
    }

    /// <summary>
    /// Looks up many keys together, any number in any order, several times as fast as one by one.
    /// The results are in the order of the keys: the value, copied, or null if the key is missing.
    /// </summary>
    public byte[]?[] GetMany(ReadOnlySpan<ReadOnlyMemory<byte>> keys)
    {
        byte[]?[] values = new byte[]?[keys.Length];
        GetMany(keys, ref values, static (index, found, value, ref values) =>
            values[index] = found ? value.ToArray() : null);
        return values;
    }

    /// <summary>
    /// The same, calling <paramref name="callback"/> once for each key in the order of the keys.
    /// Allocates nothing once its buffers have grown.
    /// </summary>
    /// <param name="keys">Their bytes must not change meanwhile.</param>
    /// <param name="state">Passed on to the callback, which may change it.</param>
    /// <param name="callback">
    /// May read the transaction, but not change it; its span is dead when it returns.
    /// </param>
    /// <exception cref="InvalidOperationException">The callback wrote.</exception>
    public void GetMany<TState>(ReadOnlySpan<ReadOnlyMemory<byte>> keys, ref TState state,
        FoundValueCallback<TState> callback)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(callback);
        GroupReader.GetMany(State, keys, ref state, callback);
    }

    /// <summary>
    /// The value where it lies, valid until disposed, until the transaction ends or, in a write
    /// transaction, until the bucket changes. Null if the key is missing.
    /// </summary>
    public PinnedValue? GetPinned(ReadOnlySpan<byte> key) => ValuePinning.Pin(State, key);

    /// <summary>
    /// A seekable stream over the value, which is never in memory as a whole if it is large. Null
    /// if the key is missing. The stream ends with the transaction or, in a write transaction, with
    /// the next change of the bucket: reading it then throws <see cref="HandleEndedException"/>.
    /// </summary>
    public Stream? GetStream(ReadOnlySpan<byte> key) =>
        ValueReader.TryLocate(State, key, out byte[]? value, out ExtentReference extent)
            ? new ValueStream(State, value, extent)
            : null;

    /// <summary>
    /// Reads part of a value, touching only the pages that hold it: from <paramref name="offset"/>
    /// until <paramref name="destination"/> is full or the value ends.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">Where to begin, in bytes from the value's start.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="read">Bytes read; 0 at or behind the end.</param>
    /// <returns>False if the key is missing.</returns>
    public bool TryReadAt(
        ReadOnlySpan<byte> key, long offset, Span<byte> destination, out int read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        read = 0;
        if (!ValueReader.TryLocate(State, key, out byte[]? value, out ExtentReference extent))
        {
            return false;
        }

        read = value is null
            ? ValueReader.ReadAt(State, extent, offset, destination)
            : ValueReader.CopyFrom(value, offset, destination);
        return true;
    }

    /// <summary>A cursor over the entries, before the first. Dispose it.</summary>
    public virtual Cursor OpenCursor() => new(State);

    /// <summary>The nested bucket.</summary>
    /// <exception cref="BucketNotFoundException">There is none of this name.</exception>
    public virtual Bucket OpenBucket(BucketName name) =>
        TryOpenBucket(name) ?? throw new BucketNotFoundException(State.PathOf(name.Bytes));

    /// <summary>The nested bucket, or null if there is none of this name.</summary>
    public virtual Bucket? TryOpenBucket(BucketName name) =>
        State.Find(name.Bytes) is { } found ? new Bucket(found) : null;

    /// <summary>True if there is a nested bucket of this name.</summary>
    public bool BucketExists(BucketName name) => State.Exists(name.Bytes);

    /// <summary>Names of the nested buckets, in the order of their bytes.</summary>
    public IReadOnlyList<byte[]> ListBuckets() => State.ListNames();

    /// <summary>
    /// The same as text; a name that is not UTF-8 is shown as <c>X'0a1b'</c>.
    /// </summary>
    public IReadOnlyList<string> ListBucketNames() => State.ListDisplayNames();

    /// <summary>Figures of this bucket; reads one path of its tree.</summary>
    public BucketStatistics GetStatistics() => State.ReadStatistics();

    /// <summary>The same as <see cref="ListBuckets()"/>, in a walk over all buckets.</summary>
    internal List<byte[]> ListBuckets(ReachedOnce reached)
    {
        reached.BeginTree();
        return State.ListNames(reached);
    }
}
