namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>Operations since the last reset, those that failed included.</summary>
internal sealed class DiskCounters
{
    private static readonly int Kinds = Enum.GetValues<DiskOperation>().Length;

    private readonly long[] _operations = new long[Kinds];

    public long BytesRead { get; private set; }

    public long BytesWritten { get; private set; }

    public long Reads => this[DiskOperation.Read];

    public long Writes => this[DiskOperation.Write];

    public long Flushes => this[DiskOperation.Flush];

    public long this[DiskOperation operation] => _operations[(int)operation];

    public void Add(DiskOperation operation, long bytes)
    {
        _operations[(int)operation]++;
        if (operation == DiskOperation.Read) BytesRead += bytes;
        if (operation == DiskOperation.Write) BytesWritten += bytes;
    }

    public void Reset()
    {
        Array.Clear(_operations);
        BytesRead = 0;
        BytesWritten = 0;
    }
}
