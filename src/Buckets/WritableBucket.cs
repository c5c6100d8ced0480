namespace KvCow;

/// <summary>
/// A bucket of a write transaction. Its changes are seen at once by all handles of the transaction,
/// and by others after the commit.
/// </summary>
/// <remarks>
/// Besides what <see cref="Bucket"/> lists, changes throw <see cref="KeyTooLongException"/>,
/// <see cref="ValueTooLongException"/> and <see cref="DatabaseFullException"/>. Arguments are
/// checked before anything is touched; any later failure leaves the transaction good for a rollback
/// only, and all that follows throws <see cref="RollbackOnlyException"/>.
/// </remarks>
public sealed class WritableBucket : Bucket
{
    internal WritableBucket(WritableBucketState state)
        : base(state)
    {
    }

    internal WritableBucketState WritableState => (WritableBucketState)State;

    /// <summary>Stores the value under the key, replacing any other.</summary>
    /// <returns>True if the key is new.</returns>
    public bool Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        EntryWriter.Put(WritableState, key, value);

    /// <summary>
    /// Stores the next <paramref name="length"/> bytes of a stream without holding them in memory.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="source">Read from its current position.</param>
    /// <param name="length">Bytes of the value.</param>
    /// <param name="ct">Ends the copying; nothing is stored then.</param>
    /// <returns>True if the key is new.</returns>
    /// <exception cref="EndOfStreamException">
    /// The stream is shorter. As after any failure of the stream itself, nothing is stored and the
    /// transaction goes on.
    /// </exception>
    public bool Put(
        ReadOnlySpan<byte> key, Stream source, long length, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return EntryWriter.Put(WritableState, key, source, length, ct);
    }

    /// <summary>Stores the value if the key is missing; false if it was there.</summary>
    public bool PutIfAbsent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        EntryWriter.ThrowIfRefused(WritableState, key, value.Length);
        return !ContainsKey(key) && EntryWriter.Put(WritableState, key, value);
    }

    /// <summary>Stores the value if the key is there; false if it is missing.</summary>
    public bool Replace(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        EntryWriter.ThrowIfRefused(WritableState, key, value.Length);
        if (!ContainsKey(key)) return false;
        EntryWriter.Put(WritableState, key, value);
        return true;
    }

    /// <summary>
    /// Stores <paramref name="value"/> if the key is there with exactly the value
    /// <paramref name="expected"/>; false if it is missing or differs.
    /// </summary>
    public bool CompareAndSet(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> value)
    {
        EntryWriter.ThrowIfRefused(WritableState, key, value.Length);
        if (!ValueComparison.IsEqual(State, key, expected)) return false;
        EntryWriter.Put(WritableState, key, value);
        return true;
    }

    /// <summary>
    /// Fills the bucket, which must be empty, with entries in ascending order of their keys: pages
    /// are written once, full, and none is searched. Several times as fast as putting them.
    /// </summary>
    /// <param name="fill">
    /// Adds the entries. It may read the transaction, but not change it. If it throws, or a key is
    /// not above the one before, the transaction is good for rollback only.
    /// </param>
    /// <returns>How many entries were added.</returns>
    /// <exception cref="InvalidOperationException">The bucket has entries.</exception>
    public long BulkLoad(Action<BulkLoader> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        WritableState.ThrowIfNotWritable();
        if (Count > 0)
            throw new InvalidOperationException("Only an empty bucket can be bulk-loaded.");
        return TreeEditor.BulkLoad(WritableState, fill);
    }

    /// <summary>Deletes the entry; false if the key is missing.</summary>
    public bool Delete(ReadOnlySpan<byte> key) => EntryWriter.Delete(WritableState, key);

    /// <summary>Deletes the entry and returns its value, copied; null if missing.</summary>
    public byte[]? GetAndDelete(ReadOnlySpan<byte> key)
    {
        WritableState.ThrowIfNotWritable();
        byte[]? value = Get(key);
        if (value is not null) EntryWriter.Delete(WritableState, key);
        return value;
    }

    /// <summary>
    /// Deletes the keys from <paramref name="from"/> (inclusive) to <paramref name="to"/>
    /// (exclusive). Pages that lie wholly inside are dropped without a look at their keys.
    /// </summary>
    /// <returns>How many entries there were; 0 if the bounds are the wrong way round.</returns>
    public long DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        EntryWriter.DeleteRange(WritableState, from, to, toEnd: false);

    /// <summary>Deletes the keys from <paramref name="from"/> (inclusive) to the last.</summary>
    /// <returns>How many entries there were.</returns>
    public long DeleteFrom(ReadOnlySpan<byte> from) =>
        EntryWriter.DeleteRange(WritableState, from, default, toEnd: true);

    /// <summary>Deletes the keys that begin with <paramref name="prefix"/>.</summary>
    /// <returns>How many entries there were.</returns>
    public long DeletePrefix(ReadOnlySpan<byte> prefix)
    {
        byte[]? to = PrefixBound.After(prefix);
        return EntryWriter.DeleteRange(WritableState, prefix, to, toEnd: to is null);
    }

    /// <summary>Deletes all entries. Nested buckets and the sequence stay.</summary>
    public void Clear() => EntryWriter.Clear(WritableState);

    /// <summary>
    /// The next number of this bucket: 1, 2, 3 and so on, stored with the commit. A rollback takes
    /// the numbers back.
    /// </summary>
    /// <exception cref="OverflowException">All 2^64 - 1 numbers have been given.</exception>
    public ulong NextSequence() => WritableState.TakeSequence();

    /// <summary>Sets the number after which <see cref="NextSequence"/> goes on.</summary>
    public void SetSequence(ulong last) => WritableState.SetSequence(last);

    /// <summary>A cursor over the entries, before the first, that can delete. Dispose it.</summary>
    public override WritableCursor OpenCursor() => new(WritableState);

    /// <inheritdoc />
    public override WritableBucket OpenBucket(BucketName name) =>
        TryOpenBucket(name) ?? throw new BucketNotFoundException(State.PathOf(name.Bytes));

    /// <inheritdoc />
    public override WritableBucket? TryOpenBucket(BucketName name) =>
        WritableState.Find(name.Bytes) is { } found ? new WritableBucket(found) : null;

    /// <summary>Creates a nested bucket, empty.</summary>
    /// <exception cref="BucketExistsException">There is one of this name.</exception>
    public WritableBucket CreateBucket(BucketName name) =>
        new(BucketCatalog.Create(WritableState, name));

    /// <summary>The nested bucket, created if there is none of this name.</summary>
    public WritableBucket OpenOrCreateBucket(BucketName name) =>
        TryOpenBucket(name) ?? CreateBucket(name);

    /// <summary>
    /// Deletes a nested bucket with all its entries and all buckets in it; their handles are stale
    /// afterwards. False if there is none of this name.
    /// </summary>
    public bool DeleteBucket(BucketName name) => BucketCatalog.Delete(WritableState, name);

    /// <summary>Gives a nested bucket another name. Handles of it stay good.</summary>
    /// <exception cref="BucketNotFoundException">There is none of the old name.</exception>
    /// <exception cref="BucketExistsException">The new name is taken.</exception>
    public void RenameBucket(BucketName name, BucketName newName) =>
        BucketCatalog.Move(WritableState, name, WritableState, newName);

    /// <summary>
    /// Moves a nested bucket, with all in it, into another bucket of this transaction. Handles of
    /// it stay good. Takes O(log n), whatever its size.
    /// </summary>
    /// <exception cref="BucketNotFoundException">There is none of the old name.</exception>
    /// <exception cref="BucketExistsException">The new name is taken.</exception>
    /// <exception cref="ArgumentException">
    /// The new parent is of another transaction, or is the moved bucket or lies in it.
    /// </exception>
    public void MoveBucket(BucketName name, WritableBucket newParent, BucketName newName)
    {
        ArgumentNullException.ThrowIfNull(newParent);
        BucketCatalog.Move(WritableState, name, newParent.WritableState, newName);
    }

    /// <summary>Moves a nested bucket to the top. Otherwise as <see cref="MoveBucket"/>.</summary>
    public void MoveBucketToTop(BucketName name, BucketName newName) =>
        BucketCatalog.Move(WritableState, name, WritableState.Top, newName);
}
