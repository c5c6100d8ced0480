using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow;

/// <summary>Cuts the records of an export into blocks with checksums.</summary>
internal sealed class ExportBlockWriter(Stream target)
{
    private readonly byte[] _block =
        new byte[sizeof(uint) + ExportFormat.PayloadBytesMax + sizeof(uint)];

    private int _used;
    private ulong _number;

    public void WriteHeader()
    {
        Span<byte> header = stackalloc byte[ExportFormat.HeaderBytes];
        ExportFormat.Magic.CopyTo(header);
        WriteUInt32LittleEndian(header[8..], ExportFormat.Version);
        WriteUInt32LittleEndian(header[12..], Crc32C.Compute(header[..12]));
        target.Write(header);
    }

    public void WriteKind(byte kind) => Write([kind]);

    public void WriteNumber(ulong number)
    {
        Span<byte> bytes = stackalloc byte[10];
        int length = 0;
        for (; number >= 0x80; number >>= 7) bytes[length++] = (byte)(number | 0x80);
        bytes[length++] = (byte)number;
        Write(bytes[..length]);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber((ulong)bytes.Length);
        Write(bytes);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int part = Math.Min(bytes.Length, ExportFormat.PayloadBytesMax - _used);
            bytes[..part].CopyTo(_block.AsSpan(sizeof(uint) + _used));
            _used += part;
            bytes = bytes[part..];
            if (_used == ExportFormat.PayloadBytesMax) WriteBlock();
        }
    }

    /// <summary>Writes what is left and the empty block that ends all.</summary>
    public void Finish()
    {
        if (_used > 0) WriteBlock();
        WriteBlock();
        target.Flush();
    }

    public static uint Crc(ulong number, ReadOnlySpan<byte> lengthAndPayload)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        WriteUInt64LittleEndian(bytes, number);
        return Crc32C.Append(Crc32C.Compute(bytes), lengthAndPayload);
    }

    private void WriteBlock()
    {
        Span<byte> checkedBytes = _block.AsSpan(0, sizeof(uint) + _used);
        WriteUInt32LittleEndian(checkedBytes, (uint)_used);
        WriteUInt32LittleEndian(_block.AsSpan(checkedBytes.Length), Crc(_number++, checkedBytes));
        target.Write(_block.AsSpan(0, checkedBytes.Length + sizeof(uint)));
        _used = 0;
    }
}
