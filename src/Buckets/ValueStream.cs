using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Reads one value as a seekable stream, a piece at a time.</summary>
internal sealed class ValueStream : Stream
{
    private readonly BucketState _bucket;
    private readonly int _version;
    private readonly int _generation;
    private readonly byte[]? _shortValue;
    private readonly ExtentReference _extent;
    private long _position;
    private bool _isDisposed;

    /// <summary>Over a copy of a short value, or, if that is null, an extent.</summary>
    public ValueStream(BucketState bucket, byte[]? shortValue, in ExtentReference extent)
    {
        _bucket = bucket;
        _version = bucket.Entries.Version;
        _generation = bucket.Scope.Generation;
        _shortValue = shortValue;
        _extent = extent;
    }

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length => _shortValue?.Length ?? (long)_extent.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ThrowIfEnded();
        int read = _shortValue is null
            ? ValueReader.ReadAt(_bucket, _extent, _position, buffer)
            : ValueReader.CopyFrom(_shortValue, _position, buffer);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        long start = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        if (start + offset < 0) throw new IOException("The place lies before the stream's start.");
        return _position = start + offset;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }

    private void ThrowIfEnded()
    {
        bool isOutdated = _bucket.Entries.Version != _version
            || _bucket.Scope.Generation != _generation;
        if (_isDisposed || _bucket.IsDeleted || isOutdated)
        {
            throw Ended.Stream();
        }

        _bucket.Scope.ThrowIfNotLive();
    }
}
