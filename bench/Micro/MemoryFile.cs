using KvCow.Engine.Storage;

namespace KvCow.Micro;

/// <summary>One file of a <see cref="MemoryStorage"/>. Readers may run beside one writer, but not
/// while it grows.</summary>
internal sealed class MemoryFile : IStorageFile
{
    private byte[] _bytes = [];

    public long Length { get; private set; }

    public int Read(long offset, Span<byte> destination)
    {
        int length = (int)Math.Clamp(Length - offset, 0, destination.Length);
        _bytes.AsSpan((int)offset, length).CopyTo(destination);
        return length;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        long end = offset + source.Length;
        if (end > Length) Grow(end);
        source.CopyTo(_bytes.AsSpan((int)offset));
    }

    public void WriteGather(long offset, ReadOnlySpan<PageBuffer> sources)
    {
        foreach (PageBuffer source in sources)
        {
            Write(offset, source.Span);
            offset += source.Length;
        }
    }

    public void Grow(long length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(length, 2L * _bytes.Length));
        }

        Length = length;
    }

    public void Truncate(long length)
    {
        _bytes.AsSpan((int)length).Clear();
        Length = length;
    }

    public void Flush()
    {
    }

    public void DropCache(long offset, long length)
    {
    }

    public bool IsStillLinked() => true;

    public bool TryLock(bool exclusive) => true;

    public int? FindLockOwner() => null;

    public void Dispose()
    {
    }
}
