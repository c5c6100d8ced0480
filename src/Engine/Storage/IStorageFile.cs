namespace KvCow.Engine.Storage;

/// <summary>
/// Positional access to one file. Reads may run on any number of threads beside one writer.
/// Every failure is an <see cref="IOException"/>; a full device is a
/// <see cref="StorageFullException"/>.
/// </summary>
internal interface IStorageFile : IDisposable
{
    long Length { get; }

    /// <summary>
    /// Reads until <paramref name="destination"/> is full or the file ends; returns the bytes read.
    /// </summary>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes all of <paramref name="source"/>, retrying short transfers.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Writes the buffers one after the other from <paramref name="offset"/> on.</summary>
    void WriteGather(long offset, ReadOnlySpan<PageBuffer> sources);

    /// <summary>
    /// Grows the file to <paramref name="length"/> by writing zeros, so that the space is really
    /// there. On failure the file is cut back to its former length.
    /// </summary>
    void Grow(long length);

    /// <summary>
    /// Grows the file like <see cref="Grow"/> for what is about to be written whole: the space is
    /// really there, but zeros need not be written first.
    /// </summary>
    void Reserve(long length) => Grow(length);

    /// <summary>Lets the device begin with what <see cref="Flush"/> would have to wait for.
    /// </summary>
    void StartFlush(long offset, long length)
    {
    }

    /// <summary>
    /// Returns when the device has taken what was written to a part, so that a flush need not wait
    /// for that; it is durable only with the flush. An error means what an error of
    /// <see cref="Flush"/> means: that may not be told again.
    /// </summary>
    void AwaitWritten(long offset, long length)
    {
    }

    /// <summary>
    /// Another handle of the same file, or null if there cannot be one. The system tells each of
    /// them of every failed write, once: who asks here takes no error away from the others.
    /// </summary>
    IStorageFile? TryReopen() => null;

    /// <summary>Cuts the file.</summary>
    void Truncate(long length);

    /// <summary>Makes all earlier writes durable. An error means that nobody knows.</summary>
    void Flush();

    /// <summary>
    /// Asks the system to forget what it has cached of a part, so that reads show the device.
    /// </summary>
    /// <param name="offset">Where the part begins; a multiple of any system's page.</param>
    /// <param name="length">The same; it may reach beyond the end of the file.</param>
    void DropCache(long offset, long length);

    /// <summary>
    /// False once the path no longer names this file: unlinked, renamed, replaced.
    /// </summary>
    bool IsStillLinked();

    /// <summary>
    /// Takes the lock that keeps other processes and handles away: exclusive, or shared among
    /// readers. Returns false at once if somebody else holds it.
    /// </summary>
    bool TryLock(bool exclusive);

    /// <summary>Process id of whoever holds the lock, or null where that cannot be known.</summary>
    int? FindLockOwner();
}
