using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.Cache;

/// <summary>A file of derived pages in memory, for tests of the cache alone.</summary>
internal sealed class MemoryFile(int pageBytes, int pageCount) : IStorageFile
{
    private readonly byte[] _bytes = new byte[pageBytes * pageCount];
    private int _readCount;

    public int ReadCount => _readCount;

    public long Length { get; set; } = (long)pageBytes * pageCount;

    /// <summary>If not null, thrown by the next read.</summary>
    public Exception? NextReadFailure { get; set; }

    public Span<byte> Page(uint id) => _bytes.AsSpan((int)id * pageBytes, pageBytes);

    public PageReference WriteDerived(uint id, ulong birth) =>
        DerivedPage.Fill(Page(id), id, birth);

    /// <summary>Writes all pages but page 0, with one birth; index 0 is none.</summary>
    public PageReference[] WriteAllDerived(ulong birth)
    {
        var references = new PageReference[pageCount];
        for (uint id = 1; id < pageCount; id++) references[id] = WriteDerived(id, birth);
        return references;
    }

    public int Read(long offset, Span<byte> destination)
    {
        Interlocked.Increment(ref _readCount);
        if (NextReadFailure is { } failure)
        {
            NextReadFailure = null;
            throw failure;
        }

        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        if (count > 0) _bytes.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source) =>
        source.CopyTo(_bytes.AsSpan((int)offset));

    public void WriteGather(long offset, ReadOnlySpan<PageBuffer> sources)
    {
        foreach (PageBuffer source in sources)
        {
            Write(offset, source.Span);
            offset += source.Length;
        }
    }

    public void Grow(long length) => Length = length;

    public void Truncate(long length) => Length = length;

    public void Flush()
    {
        // Memory is as durable as this file gets.
    }

    public void DropCache(long offset, long length)
    {
        // There is nothing below the memory.
    }

    public bool IsStillLinked() => true;

    public bool TryLock(bool exclusive) => true;

    public int? FindLockOwner() => null;

    public void Dispose()
    {
        // Only managed memory.
    }
}
