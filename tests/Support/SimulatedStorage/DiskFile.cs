namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// One file of a simulated disk: what reads see, what the device holds, and the changes between.
/// Not safe for threads; the disk's lock guards it.
/// </summary>
internal sealed class DiskFile(int id)
{
    private readonly List<SimulatedFile> _lockHolders = [];
    private bool _lockIsExclusive;

    public int Id => id;

    /// <summary>What reads see: the cache of the operating system.</summary>
    public ChunkMap Cached { get; private set; } = new();

    /// <summary>What the device holds for certain.</summary>
    public ChunkMap Durable { get; private set; } = new();

    /// <summary>The content each chunk had before it was last written.</summary>
    public ChunkMap Former { get; private set; } = new();

    /// <summary>What the device may or may not hold, oldest first.</summary>
    public List<DiskChange> Unflushed { get; } = [];

    public SimulatedFile? LockHolder => _lockHolders.FirstOrDefault();

    /// <summary>A file on a device that was just switched on.</summary>
    public static DiskFile Settled(int id, ChunkMap content) =>
        new(id) { Durable = content.Fork(), Cached = content.Fork() };

    /// <summary>The same file without locks.</summary>
    public DiskFile Fork()
    {
        var fork = new DiskFile(id)
        {
            Cached = Cached.Fork(),
            Durable = Durable.Fork(),
            Former = Former.Fork(),
        };
        fork.Unflushed.AddRange(Unflushed);
        return fork;
    }

    public void Write(
        long offset, ReadOnlySpan<byte> source, PlannedFault? fault, ref long sequence)
    {
        if (source.IsEmpty) return;
        if (offset + source.Length > Cached.Length) Extend(offset + source.Length, ref sequence);
        List<DiskChange> writes = Split(offset, source, ref sequence);
        foreach (DiskChange write in writes) Put((WriteChange)write);
        if (fault?.Fault == DiskFault.Drop) return;
        if (fault?.Fault == DiskFault.Misdirect)
            writes = Split(fault.ToOffset, source, ref sequence);
        Unflushed.AddRange(writes);
    }

    public void Extend(long length, ref long sequence) =>
        Change(new ExtendChange(++sequence, id, Cached.Length, length));

    public void Cut(long length, ref long sequence) =>
        Change(new CutChange(++sequence, id, length));

    public void Flush(long sequenceMax)
    {
        int count = 0;
        while (count < Unflushed.Count && Unflushed[count].Sequence <= sequenceMax)
            Fate.Apply(Unflushed[count++], Fate.Done, Durable);
        Unflushed.RemoveRange(0, count);
    }

    /// <param name="model">Decides what reads show from now on.</param>
    /// <param name="luck">Draws which writes reached the device all the same; null: none.</param>
    public void FailFlush(FileSystemModel model, Random? luck)
    {
        if (model == FileSystemModel.Btrfs)
        {
            Unflushed.Clear();
            Cached = Durable.Fork();
            return;
        }

        // The length is metadata, which the journal of the file system still holds.
        foreach (DiskChange write in Unflushed.OfType<WriteChange>())
            if (luck?.Next(2) == 1) Fate.Apply(write, Fate.Done, Durable);
        Unflushed.RemoveAll(change => change is WriteChange);
    }

    /// <summary>Clean chunks are read from the device again; unflushed changes stay.</summary>
    public void DropCache() => Cached = ReadAnew();

    /// <summary>The same of the chunks that lie in a part of the file whole.</summary>
    public void DropCache(long offset, long length)
    {
        ChunkMap content = ReadAnew();
        long end = Math.Min(offset + length, Cached.Length + DiskChunk.Bytes - 1);
        int first = (int)((offset + DiskChunk.Bytes - 1) / DiskChunk.Bytes);
        for (int index = first; index < end / DiskChunk.Bytes; index++)
            Cached.SetChunk(index, content.ChunkAt(index));
    }

    /// <summary>
    /// Puts content in place as if it had always been there, on the device as well.
    /// </summary>
    public void Damage(Action<ChunkMap> damage)
    {
        damage(Durable);
        damage(Cached);
    }

    public bool TryLock(SimulatedFile holder, bool exclusive)
    {
        bool othersHoldIt = _lockHolders.Exists(other => other != holder);
        if (othersHoldIt && (exclusive || _lockIsExclusive)) return false;
        if (!_lockHolders.Contains(holder)) _lockHolders.Add(holder);
        _lockIsExclusive = exclusive;
        return true;
    }

    public void Unlock(SimulatedFile holder) => _lockHolders.Remove(holder);

    private ChunkMap ReadAnew()
    {
        ChunkMap content = Durable.Fork();
        foreach (DiskChange change in Unflushed) Fate.Apply(change, Fate.Done, content);
        return content;
    }

    /// <summary>Divides a write at the chunks, which reach the device each for itself.</summary>
    private List<DiskChange> Split(long offset, ReadOnlySpan<byte> source, ref long sequence)
    {
        var changes = new List<DiskChange>(source.Length / DiskChunk.Bytes + 1);
        while (!source.IsEmpty)
        {
            (long index, long start) = Math.DivRem(offset, DiskChunk.Bytes);
            int count = (int)Math.Min(source.Length, DiskChunk.Bytes - start);
            DiskChunk data = DataOf((int)index, (int)start, source[..count]);
            int end = (int)start + count;
            changes.Add(new WriteChange(++sequence, id, (int)index, (int)start, end, data));
            source = source[count..];
            offset += count;
        }

        return changes;
    }

    /// <summary>Recovery writes much as it was: then there is nothing new to keep.</summary>
    private DiskChunk DataOf(int index, int start, ReadOnlySpan<byte> bytes)
    {
        DiskChunk present = Cached.ChunkAt(index);
        return bytes.SequenceEqual(present.Span)
            ? present
            : DiskChunk.Zero.With(start, bytes);
    }

    private void Put(WriteChange write)
    {
        Former.SetChunk(write.ChunkIndex, Cached.ChunkAt(write.ChunkIndex));
        Fate.Apply(write, Fate.Done, Cached);
    }

    private void Change(DiskChange change)
    {
        Fate.Apply(change, Fate.Done, Cached);
        Unflushed.Add(change);
    }
}
