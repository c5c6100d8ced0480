namespace KvCow.Cli.Import;

/// <summary>A stream whose first bytes have been looked at; reads them again.</summary>
internal sealed class InputHead : Stream
{
    /// <summary>More than one line of nearly every input.</summary>
    private const int HeadBytes = 64 << 10;

    private readonly Stream _rest;
    private readonly byte[] _head = new byte[HeadBytes];
    private readonly int _length;
    private int _done;

    public InputHead(Stream source)
    {
        _rest = source;
        _length = source.ReadAtLeast(_head, HeadBytes, throwOnEndOfStream: false);
    }

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int left = Math.Min(buffer.Length, _length - _done);
        if (left == 0) return _rest.Read(buffer);
        _head.AsSpan(_done, left).CopyTo(buffer);
        _done += left;
        return left;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rest.Dispose();
        base.Dispose(disposing);
    }
}
