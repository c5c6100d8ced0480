using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// A tree cursor under the public cursors and enumerators. Counts its steps, so that a view of an
/// earlier step notices; ends with its transaction.
/// </summary>
internal sealed class EntryReader : IScopedHandle, IDisposable
{
    private readonly BucketState _bucket;
    private readonly StoreLife _life;
    private TreeCursor? _cursor;
    private byte[]? _buffer;
    private int _bufferedStep = -1;
    private int _bufferedVersion;

    public EntryReader(BucketState bucket)
    {
        bucket.ThrowIfEnded();
        _bucket = bucket;
        _life = bucket.Scope.Life;
        _cursor = bucket.Entries.OpenCursor();
        bucket.Scope.Add(this);
    }

    /// <summary>Counts moves and changes; a view is good for one step.</summary>
    public int StepCount { get; private set; }

    public bool IsOnEntry
    {
        get
        {
            TreeCursor cursor = Live;
            return cursor.IsInPlace || IsFoundAgain(cursor);
        }
    }

    // Steps within a page do not ask the transaction underneath, so it is asked here: its end has
    // taken the cursor away, unless it ended with the whole database.
    private TreeCursor Live
    {
        get
        {
            TreeCursor? cursor = _cursor;
            if (cursor is null || _life.IsOver || _bucket.IsDeleted) ThrowEnded();
            return cursor;
        }
    }

    public void ThrowIfEnded() => _ = Live;

    /// <summary>To the next entry, or the one before; most steps stay within a page.</summary>
    /// <param name="direction">1 or -1.</param>
    public bool Step(int direction)
    {
        TreeCursor cursor = BeginStep();
        return cursor.TryStep(direction)
            || Move(cursor, direction < 0 ? CursorMove.Previous : CursorMove.Next);
    }

    public bool Move(CursorMove move) => Move(BeginStep(), move);

    private bool Move(TreeCursor cursor, CursorMove move)
    {
        try
        {
            return move switch
            {
                CursorMove.Next => cursor.MoveNext(),
                CursorMove.Previous => cursor.MovePrevious(),
                CursorMove.First => cursor.MoveToFirst(),
                _ => cursor.MoveToLast(),
            };
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw _bucket.Locate(e);
        }
    }

    public bool Seek(KeyRelation relation, ReadOnlySpan<byte> key)
    {
        TreeCursor cursor = BeginStep();
        try
        {
            return relation switch
            {
                KeyRelation.Above => cursor.MoveToAbove(key, inclusive: false),
                KeyRelation.AtOrAbove => cursor.MoveToAbove(key, inclusive: true),
                KeyRelation.Below => cursor.MoveToBelow(key, inclusive: false),
                _ => cursor.MoveToBelow(key, inclusive: true),
            };
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw _bucket.Locate(e);
        }
    }

    public bool MoveToIndex(long index)
    {
        TreeCursor cursor = BeginStep();
        try
        {
            return cursor.MoveToIndex((ulong)index);
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw _bucket.Locate(e);
        }
    }

    /// <summary>Deletes the entry; the cursor then stands between its neighbours.</summary>
    public void Delete()
    {
        WritableBucketState bucket = (WritableBucketState)_bucket;
        TreeCursor cursor = Live;
        bucket.ThrowIfNotWritable();
        if (!cursor.IsOnEntry) ThrowNotOnEntry();
        StepCount++;
        try
        {
            bucket.WriteScope.MakeRoom();
            bucket.WriteScope.Redo.Delete(bucket, cursor.Key);
            cursor.Delete();
        }
        catch (Exception e)
        {
            throw TreeEditor.Poison(bucket, e);
        }
    }

    public ReadOnlySpan<byte> KeyAt(int step) => At(step).Key;

    public ReadOnlySpan<byte> ValueAt(int step)
    {
        ReadOnlySpan<byte> value = At(step).InlineValue(out CellKind kind);
        return kind == CellKind.Inline ? value : LoadAt(step);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> LoadAt(int step) =>
        Load(ValueReader.Extent(_bucket, At(step).Value));

    public long ValueLengthAt(int step) => ValueReader.Length(_bucket, At(step).Value);

    public bool IsLargeAt(int step) => ValueReader.IsLarge(_bucket, At(step).Value);

    /// <summary>The leaf where the entry lies.</summary>
    public PageId LeafIdAt(int step) => At(step).LeafId;

    /// <summary>Where the entry's long value lies; it must have one.</summary>
    public ExtentReference ExtentAt(int step) => ValueReader.Extent(_bucket, At(step).Value);

    public int ReadValueAt(int step, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        CellValue value = At(step).Value;
        if (ValueReader.IsLarge(_bucket, value))
        {
            return ValueReader.ReadAt(
                _bucket, ValueReader.Extent(_bucket, value), offset, destination);
        }

        return ValueReader.CopyFrom(value.Bytes, offset, destination);
    }

    public void CopyValueTo(int step, IBufferWriter<byte> destination)
    {
        CellValue value = At(step).Value;
        if (ValueReader.IsLarge(_bucket, value))
        {
            ValueReader.CopyTo(_bucket, ValueReader.Extent(_bucket, value), destination);
        }
        else
        {
            destination.Write(value.Bytes);
        }
    }

    public Entry CopyAt(int step)
    {
        TreeCursor cursor = At(step);
        byte[] key = cursor.Key.ToArray();
        CellValue value = cursor.Value;
        return new Entry(key, ValueReader.IsLarge(_bucket, value)
            ? ValueReader.ReadAll(_bucket, ValueReader.Extent(_bucket, value))
            : value.Bytes.ToArray());
    }

    public void Release()
    {
        _cursor?.Dispose();
        _cursor = null;
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    public void Dispose()
    {
        _bucket.Scope.Remove(this);
        Release();
    }

    [DoesNotReturn]
    private static void ThrowNotOnEntry() => throw new InvalidOperationException(
        "The cursor is on no entry: move it to one first.");

    [DoesNotReturn]
    private static void ThrowOutdated() => throw Ended.View();

    [DoesNotReturn]
    private void ThrowEnded() =>
        throw (_bucket.IsDeleted ? Ended.Bucket(_bucket.Path) : Ended.Cursor());

    private TreeCursor BeginStep()
    {
        TreeCursor cursor = Live;
        StepCount++;
        return cursor;
    }

    /// <summary>The cursor, in place on the entry of that step.</summary>
    private TreeCursor At(int step)
    {
        TreeCursor cursor = Live;
        if (step != StepCount) ThrowOutdated();
        if (!cursor.IsInPlace && !IsFoundAgain(cursor)) ThrowNotOnEntry();
        return cursor;
    }

    /// <summary>
    /// The bucket has changed since the last step: the entry may lie elsewhere, or be deleted.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsFoundAgain(TreeCursor cursor)
    {
        try
        {
            return cursor.IsOnEntry;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw _bucket.Locate(e);
        }
    }

    private ReadOnlySpan<byte> Load(ExtentReference extent)
    {
        int length = (int)extent.Length;
        int version = _bucket.Entries.Version;
        if (_buffer is not null && _bufferedStep == StepCount && _bufferedVersion == version)
        {
            return _buffer.AsSpan(0, length);
        }

        if (_buffer is null || _buffer.Length < length)
        {
            ValueReader.ThrowIfMissing(_bucket, extent);
            if (_buffer is { } shorter) ArrayPool<byte>.Shared.Return(shorter);
            _buffer = null;
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        _bufferedStep = -1;
        ValueReader.ReadAll(_bucket, extent, _buffer.AsSpan(0, length));
        _bufferedStep = StepCount;
        _bufferedVersion = version;
        return _buffer.AsSpan(0, length);
    }
}
