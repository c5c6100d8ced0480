using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>One open handle of a simulated file.</summary>
internal sealed class SimulatedFile(
    SimulatedView view, SimulatedDisk disk, DiskFile file, string suffix, StorageOpening opening)
    : IStorageFile
{
    private bool _disposed;

    public int ProcessId => view.ProcessId;

    public long Length
    {
        get
        {
            lock (disk.Gate)
            {
                CheckOpen();
                return file.Cached.Length;
            }
        }
    }

    public int Read(long offset, Span<byte> destination)
    {
        lock (disk.Gate)
        {
            CheckOpen();
            PlannedFault? fault = disk.Begin(DiskOperation.Read, suffix, destination.Length);
            int count = file.Cached.Read(offset, destination);
            if (fault?.Fault == DiskFault.Stale) ReadFormer(offset, destination[..count]);
            return count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        PlannedFault? fault;
        lock (disk.Gate)
        {
            CheckWritable();
            fault = disk.Begin(DiskOperation.Write, suffix, source.Length);
            disk.CheckRoom(offset + source.Length - file.Cached.Length);
            if (fault?.Fault == DiskFault.HalfDone) source = source[..(source.Length / 2)];
            file.Write(offset, source, fault, ref disk.Content.Sequence);
        }

        disk.Announce(DiskOperation.Write, suffix, offset, source.Length);
        if (fault?.Fault == DiskFault.HalfDone)
            throw SimulatedDisk.Failure(fault, DiskOperation.Write);
    }

    public void WriteGather(long offset, ReadOnlySpan<PageBuffer> sources)
    {
        int length = 0;
        foreach (PageBuffer source in sources) length += source.Length;
        byte[] gathered = new byte[length];
        int at = 0;
        foreach (PageBuffer source in sources)
        {
            source.Span.CopyTo(gathered.AsSpan(at));
            at += source.Length;
        }

        Write(offset, gathered);
    }

    public void Grow(long length)
    {
        PlannedFault? fault;
        lock (disk.Gate)
        {
            CheckWritable();
            long former = file.Cached.Length;
            if (length <= former) return;
            fault = disk.Begin(DiskOperation.Grow, suffix);
            disk.CheckRoom(length - former);
            if (fault?.Fault == DiskFault.HalfDone) length = former + ((length - former) / 2);
            file.Extend(length, ref disk.Content.Sequence);
        }

        disk.Announce(DiskOperation.Grow, suffix, length);
        if (fault?.Fault == DiskFault.HalfDone)
            throw SimulatedDisk.Failure(fault, DiskOperation.Grow);
    }

    public void Truncate(long length)
    {
        lock (disk.Gate)
        {
            CheckWritable();
            disk.Begin(DiskOperation.Truncate, suffix);
            if (length < file.Cached.Length) file.Cut(length, ref disk.Content.Sequence);
            else if (length > file.Cached.Length) file.Extend(length, ref disk.Content.Sequence);
            else return;
        }

        disk.Announce(DiskOperation.Truncate, suffix, length);
    }

    public void Flush()
    {
        PlannedFault? fault;
        long sequenceMax;
        lock (disk.Gate)
        {
            CheckOpen();
            fault = disk.Count(DiskOperation.Flush, suffix);
            sequenceMax = disk.Content.Sequence; // Later writes are not part of this flush.
        }

        disk.Announce(DiskOperation.Flush, suffix);
        if (fault?.Fault == DiskFault.Lie) return;
        lock (disk.Gate)
        {
            if (fault is null)
            {
                file.Flush(sequenceMax);
                return;
            }

            file.FailFlush(disk.FileSystem, disk.FailedFlushLuck);
            throw SimulatedDisk.Failure(fault, DiskOperation.Flush);
        }
    }

    public void DropCache(long offset, long length)
    {
        lock (disk.Gate)
        {
            CheckOpen();
            file.DropCache(offset, length);
        }
    }

    public bool IsStillLinked()
    {
        lock (disk.Gate)
        {
            CheckOpen();
            return disk.Content.Find(suffix) == file;
        }
    }

    public bool TryLock(bool exclusive)
    {
        lock (disk.Gate)
        {
            CheckOpen();
            return file.TryLock(this, exclusive);
        }
    }

    public int? FindLockOwner()
    {
        lock (disk.Gate)
        {
            CheckOpen();
            return file.LockHolder?.ProcessId;
        }
    }

    public void Dispose()
    {
        lock (disk.Gate)
        {
            if (_disposed) return;
            _disposed = true;
            file.Unlock(this);
            disk.CountOpenFile(-1);
        }
    }

    private void ReadFormer(long offset, Span<byte> destination)
    {
        ChunkMap former = file.Former.Fork();
        former.Extend(file.Cached.Length);
        former.Read(offset, destination);
    }

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_disposed, this);

    private void CheckWritable()
    {
        CheckOpen();
        if (opening == StorageOpening.ReadExisting)
            throw new IOException($"The simulated file \"{suffix}\" is open for reading only.");
    }
}
