using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow;

/// <summary>Reads records out of an export's blocks, each checked before it is used.</summary>
internal sealed class ExportBlockReader(Stream source)
{
    private readonly byte[] _block =
        new byte[sizeof(uint) + ExportFormat.PayloadBytesMax + sizeof(uint)];

    private int _at;
    private int _end;
    private ulong _number;
    private long _nextBlock;
    private bool _isEnded;

    /// <summary>Where the next byte of a record lies, from the start of the export.</summary>
    public long Offset =>
        _at == _end ? _nextBlock : _nextBlock - sizeof(uint) - (_end - _at);

    /// <exception cref="ExportFormatException">It is no export, or of another version.</exception>
    public void ReadHeader()
    {
        Span<byte> header = stackalloc byte[ExportFormat.HeaderBytes];
        int read = source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !header.StartsWith(ExportFormat.Magic))
            throw new ExportFormatException(0, "it does not start like an export of KvCow");
        if (Crc32C.Compute(header[..12]) != ReadUInt32LittleEndian(header[12..]))
            throw new ExportFormatException(0, "the CRC of the header does not match");
        uint version = ReadUInt32LittleEndian(header[8..]);
        if (version != ExportFormat.Version)
            throw new ExportFormatException(8, $"its version {version} is not known");
        _nextBlock = header.Length;
    }

    public byte ReadKind()
    {
        if (_at == _end) ReadBlock();
        return _block[_at++];
    }

    public ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadKind();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return number;
        }

        throw new ExportFormatException(Offset, "a number has more than 64 bits");
    }

    /// <summary>Fills the destination.</summary>
    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_at == _end) ReadBlock();
            int part = Math.Min(destination.Length, _end - _at);
            _block.AsSpan(_at, part).CopyTo(destination);
            _at += part;
            destination = destination[part..];
        }
    }

    public void Skip(long bytes)
    {
        while (bytes > 0)
        {
            if (_at == _end) ReadBlock();
            int part = (int)Math.Min(bytes, _end - _at);
            _at += part;
            bytes -= part;
        }
    }

    /// <summary>Reads the empty block behind the last record, and nothing behind it.</summary>
    public void ReadEnd()
    {
        if (_at < _end) throw new ExportFormatException(Offset, "records follow the last one");
        ReadBlockOrEnd();
        if (!_isEnded) throw new ExportFormatException(Offset, "records follow the last one");
        Span<byte> more = stackalloc byte[1];
        if (source.Read(more) > 0)
            throw new ExportFormatException(_nextBlock, "bytes follow the end of the export");
    }

    private void ReadBlock()
    {
        ReadBlockOrEnd();
        if (_isEnded) throw new ExportFormatException(_nextBlock, "it ends amid its records");
    }

    private void ReadBlockOrEnd()
    {
        Fill(0, sizeof(uint));
        uint length = ReadUInt32LittleEndian(_block);
        if (length > ExportFormat.PayloadBytesMax)
            throw new ExportFormatException(_nextBlock, $"a block of {length} bytes");
        int checkedBytes = sizeof(uint) + (int)length;
        Fill(sizeof(uint), (int)length + sizeof(uint));
        uint crc = ExportBlockWriter.Crc(_number, _block.AsSpan(0, checkedBytes));
        if (crc != ReadUInt32LittleEndian(_block.AsSpan(checkedBytes)))
            throw new ExportFormatException(_nextBlock, "the CRC of the block does not match");
        _number++;
        _nextBlock += checkedBytes + sizeof(uint);
        _at = sizeof(uint);
        _end = checkedBytes;
        _isEnded = length == 0;
    }

    private void Fill(int offset, int length)
    {
        int read = source.ReadAtLeast(
            _block.AsSpan(offset, length), length, throwOnEndOfStream: false);
        if (read < length)
            throw new ExportFormatException(_nextBlock, "it is cut short within this block");
    }
}
