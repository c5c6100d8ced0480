using System.Buffers;
using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// One file of an <see cref="ImageStorage"/>. Copies the content that it is given when it is first
/// written to.
/// </summary>
internal sealed class ImageFile(ImageStorage storage, byte[] content) : IStorageFile
{
    private byte[] _bytes = content;
    private bool _isShared = true;

    public long Length { get; private set; } = content.Length;

    public ReadOnlySpan<byte> Content => _bytes.AsSpan(0, (int)Length);

    public int Read(long offset, Span<byte> destination)
    {
        storage.CountRead(offset, destination.Length);
        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        if (count > 0) _bytes.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        storage.CountWrite();
        Reserve(offset + source.Length);
        ClearTo(offset);
        Length = Math.Max(Length, offset + source.Length);
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
        storage.CountWrite();
        Reserve(length);
        ClearTo(length);
    }

    public void Truncate(long length)
    {
        storage.CountWrite();
        Length = Math.Min(Length, length);
    }

    public void Flush() => storage.CountWrite();

    public void DropCache(long offset, long length)
    {
        // There is nothing below the memory.
    }

    public bool IsStillLinked() => true;

    public bool TryLock(bool exclusive) => true;

    public int? FindLockOwner() => null;

    public void Dispose()
    {
        // The bytes are looked at afterwards.
    }

    /// <summary>Gives the memory to later files: nobody looks at it any more.</summary>
    public void Recycle()
    {
        if (!_isShared) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _isShared, Length) = ([], true, 0);
    }

    /// <summary>What lies behind the end is whatever was there before.</summary>
    private void ClearTo(long length)
    {
        if (length <= Length) return;
        _bytes.AsSpan((int)Length, (int)(length - Length)).Clear();
        Length = length;
    }

    private void Reserve(long length)
    {
        if (length > ImageStorage.FileBytesMax)
            throw new StorageFullException($"{length} bytes are more than this disk has.");
        if (!_isShared && length <= _bytes.Length) return;
        // Twice as much, so that a file that grows bit by bit is copied a few times only.
        long grown = length > _bytes.Length ? 2 * _bytes.Length : Length;
        byte[] own = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, grown));
        Content.CopyTo(own);
        if (!_isShared) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = own;
        _isShared = false;
    }
}
