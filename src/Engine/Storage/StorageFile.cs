using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// A file of the operating system. Disposing it while a call runs on another thread is safe: the
/// handle is closed after that call, and later calls throw <see cref="ObjectDisposedException"/>.
/// </summary>
internal sealed unsafe class StorageFile : IStorageFile
{
    /// <summary>
    /// Zeros written at a time by <see cref="Grow"/>. Large enough that the call itself costs
    /// nothing beside the copy, small enough to come and go as an ordinary allocation.
    /// </summary>
    private const int GrowStepBytes = 1 << 20;

    private readonly FileHandle _file;
    private readonly string _path;

    private StorageFile(FileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    public long Length => GetStatus().Length;

    public static StorageFile Open(string path, StorageOpening opening)
    {
        // A pipe or a device must not be opened for writing just to find out what it is.
        if (FileCalls.GetStatus(path, out FileStatus before) == 0 && !before.IsRegular)
            Throw.NotRegular(path);

        FileHandle file = FileCalls.Open(path, opening);
        try
        {
            if (file.IsInvalid) Throw.Failed("open", path, Marshal.GetLastPInvokeError());
            if (FileCalls.GetStatus(file, out FileStatus status) != 0)
                Throw.Failed("examine", path, Marshal.GetLastPInvokeError());
            if (!status.IsRegular) Throw.NotRegular(path);
            return new StorageFile(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        fixed (byte* buffer = destination)
        {
            while (done < destination.Length)
            {
                nint step = FileCalls.Read(
                    _file, buffer + done, destination.Length - done, offset + done);
                if (step < 0)
                    Throw.Failed("read", _path, offset + done, Marshal.GetLastPInvokeError());
                if (step == 0) break;
                done += (int)step;
            }
        }

        return done;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        int done = 0;
        fixed (byte* buffer = source)
        {
            while (done < source.Length)
            {
                nint step = FileCalls.Write(
                    _file, buffer + done, source.Length - done, offset + done);
                CheckWritten(step, offset + done);
                done += (int)step;
            }
        }
    }

    public void WriteGather(long offset, ReadOnlySpan<PageBuffer> sources)
    {
        GatherVector* vectors = stackalloc GatherVector[FileCalls.GatherVectorsMax];
        while (!sources.IsEmpty)
        {
            int count = Gather(ref sources, vectors);
            offset = WriteVectors(offset, vectors, count);
        }
    }

    public void Grow(long length)
    {
        long former = Length;
        if (length <= former) return;
        byte[] zeros = new byte[Math.Min(GrowStepBytes, length - former)];
        try
        {
            for (long at = former; at < length; at += zeros.Length)
                Write(at, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at)));
        }
        catch
        {
            // Best effort: the failure that matters is the one on its way to the caller.
            _ = FileCalls.SetLength(_file, former);
            throw;
        }
    }

    public void Reserve(long length)
    {
        long former = Length;
        if (length <= former) return;
        if (!FileCalls.CanReserve || FileCalls.Reserve(_file, former, length - former) != 0)
            Grow(length); // Tells what is wrong, if it is not that the file system cannot.
    }

    public void StartFlush(long offset, long length) =>
        FileCalls.StartFlush(_file, offset, length);

    public void AwaitWritten(long offset, long length)
    {
        if (FileCalls.AwaitWritten(_file, offset, length) == 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (!SystemErrors.Own.IsUnsupported(error)) Throw.Failed("flush", _path, offset, error);
    }

    public IStorageFile? TryReopen()
    {
        if (!FileCalls.CanAwaitWritten) return null; // What for?
        StorageFile? other = null;
        try
        {
            other = Open(_path, StorageOpening.WriteExisting);
            if (other.GetStatus().IsSameFileAs(GetStatus())) return other;
        }
        catch (IOException)
        {
            // No handle left, or the file has lost its name.
        }

        other?.Dispose();
        return null;
    }

    public void Truncate(long length)
    {
        if (FileCalls.SetLength(_file, length) != 0)
            Throw.Failed("truncate", _path, length, Marshal.GetLastPInvokeError());
    }

    public void Flush()
    {
        // Not made again on any error, EINTR included: the system may have marked the lost pages
        // as clean, and then a second flush succeeds without having written them.
        if (FileCalls.Flush(_file) != 0)
            Throw.Failed("flush", _path, Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Works on Linux, and there on clean pages only: what was written but not flushed stays, so
    /// flush first, or know that the flush failed (which marks the pages as clean). Elsewhere
    /// there is no such call and nothing happens.
    /// </summary>
    public void DropCache(long offset, long length) =>
        FileCalls.DropCache(_file, offset, length);

    public bool IsStillLinked()
    {
        FileStatus own = GetStatus();
        if (own.LinkCount == 0) return false;
        if (FileCalls.GetStatus(_path, out FileStatus named) == 0) return own.IsSameFileAs(named);
        int error = Marshal.GetLastPInvokeError();
        if (!SystemErrors.Own.IsMissing(error)) Throw.Failed("examine", _path, error);
        return false;
    }

    public bool TryLock(bool exclusive)
    {
        if (FileCalls.Lock(_file, exclusive) == 0)
        {
            _file.IsLocked = true;
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (!SystemErrors.Own.IsLocked(error)) Throw.Failed("lock", _path, error);
        return false;
    }

    public int? FindLockOwner() => LockOwner.Find(GetStatus());

    public void Dispose() => _file.Dispose();

    /// <summary>Takes buffers from the front; neighbours in memory become one vector.</summary>
    private static int Gather(ref ReadOnlySpan<PageBuffer> sources, GatherVector* vectors)
    {
        int count = 0;
        int taken = 0;
        foreach (PageBuffer source in sources)
        {
            GatherVector* last = vectors + count - 1;
            if (count > 0 && last->Address + last->Length == source.Address)
            {
                last->Length += (nuint)source.Length;
            }
            else
            {
                if (count == FileCalls.GatherVectorsMax) break;
                vectors[count++] = new GatherVector
                {
                    Address = source.Address,
                    Length = (nuint)source.Length,
                };
            }

            taken++;
        }

        sources = sources[taken..];
        return count;
    }

    /// <summary>
    /// Writes all vectors, going on after short transfers; returns the offset behind.
    /// </summary>
    private long WriteVectors(long offset, GatherVector* vectors, int count)
    {
        while (count > 0)
        {
            nint step = FileCalls.WriteGather(_file, vectors, count, offset);
            CheckWritten(step, offset);
            offset += step;
            GatherVector.Skip(ref vectors, ref count, (nuint)step);
        }

        return offset;
    }

    private void CheckWritten(nint step, long offset)
    {
        if (step > 0) return;
        if (step == 0) Throw.NothingWritten(_path, offset);
        Throw.Failed("write", _path, offset, Marshal.GetLastPInvokeError());
    }

    private FileStatus GetStatus()
    {
        if (FileCalls.GetStatus(_file, out FileStatus status) != 0)
            Throw.Failed("examine", _path, Marshal.GetLastPInvokeError());
        return status;
    }
}
