namespace KvCow.Cli.Import;

/// <summary>Divides a stream into lines, each ended by a line feed or by the end.</summary>
internal sealed class LineReader(Stream source)
{
    // A longer line makes the buffer double; most inputs never need more.
    private const int BufferBytesFirst = 64 << 10;

    private readonly Stream _source = source;
    private byte[] _buffer = new byte[BufferBytesFirst];
    private int _start;
    private int _end;
    private bool _isEnded;

    /// <summary>Number of the line read last, counted from 1.</summary>
    public long LineCount { get; private set; }

    /// <summary>Bytes of the lines read so far.</summary>
    public long BytesDone { get; private set; }

    /// <summary>Finds the next line, without its line feed; it lives until the next call.</summary>
    /// <exception cref="UsageException">The line is longer than memory can hold.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int feed = _buffer.AsSpan(_start + searched, _end - _start - searched)
                .IndexOf((byte)'\n');
            if (feed >= 0)
            {
                line = Take(searched + feed, terminatorBytes: 1);
                return true;
            }

            searched = _end - _start;
            if (_isEnded)
            {
                line = searched == 0 ? default : Take(searched, terminatorBytes: 0);
                return searched > 0;
            }

            Fill();
        }
    }

    private ReadOnlySpan<byte> Take(int length, int terminatorBytes)
    {
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        _start += length + terminatorBytes;
        BytesDone += length + terminatorBytes;
        LineCount++;
        return line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Grow();
        int read = _source.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isEnded = read == 0;
    }

    private void Grow()
    {
        if (_buffer.Length == Array.MaxLength)
            throw new UsageException($"Line {LineCount + 1} is longer than 2 GiB.");
        Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, 2L * _buffer.Length));
    }
}
