namespace KvCow.Bench.Peers;

/// <summary>One open database of one peer. Safe for several threads, each with sessions of its own.
/// </summary>
internal interface IEngine : IDisposable
{
    /// <summary>True if <see cref="PutAsync"/> waits without a thread.</summary>
    bool WritesAsynchronously => false;

    /// <summary>A reader for one thread, on the newest commit.</summary>
    IReader OpenReader();

    /// <summary>A writer for one thread.</summary>
    IWriter OpenWriter();

    /// <summary>One put, committed by itself or with those of others who wait.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="isAlone">Whether it has a transaction of its own.</param>
    ValueTask PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isAlone) =>
        throw new NotSupportedException();

    /// <summary>Waits until no work is left over in the background.</summary>
    void Settle()
    {
    }

    /// <summary>Gives unused space back to the file system, if the peer can while it is open.
    /// </summary>
    bool Compact() => false;
}
