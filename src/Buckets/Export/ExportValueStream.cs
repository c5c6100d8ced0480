namespace KvCow;

/// <summary>The bytes of one long value, as a stream that ends with it.</summary>
internal sealed class ExportValueStream(ExportBlockReader reader, long length) : ForwardStream
{
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        int part = (int)Math.Min(buffer.Length, _left);
        reader.Read(buffer[..part]);
        _left -= part;
        return part;
    }
}
