using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Concurrency.Cache;

/// <summary>
/// Snapshots of a table of references instead of a tree: a writer replaces some of the pages per
/// commit and uses the freed ids again as soon as no slot holds a snapshot that reaches them.
/// </summary>
internal sealed class CommitRun : IDisposable
{
    private const int PageBytes = 4096;
    private readonly MemoryFile _file;
    private readonly Queue<(ulong FreedBy, uint Id)> _pending = new();
    private readonly Queue<uint> _free = new();
    private Snapshot _newest;

    public CommitRun(int livePages, int filePages, int frames)
    {
        _file = new MemoryFile(PageBytes, filePages);
        Cache = new NodeCache(_file, PageBytes, (long)frames * PageBytes, poisonFreed: true);
        var references = new PageReference[livePages];
        for (uint i = 0; i < livePages; i++) references[i] = _file.WriteDerived(i + 1, birth: 1);
        for (int id = livePages + 1; id < filePages; id++) _free.Enqueue((uint)id);
        _newest = new Snapshot(1, references);
    }

    public NodeCache Cache { get; }

    /// <summary>How often an id was used for another page.</summary>
    public long ReusedCount { get; private set; }

    /// <summary>Replaces up to <paramref name="changes"/> pages, or tries and fails.</summary>
    public void Commit(Random random, int changes, bool fail)
    {
        Recycle();
        if (_free.Count == 0)
        {
            Thread.Yield(); // Readers hold everything back until they begin anew.
            return;
        }

        ulong id = _newest.Id + 1;
        var references = (PageReference[])_newest.References.Clone();
        var frames = new List<WriteFrame>();
        var freed = new List<uint>();
        for (; changes > 0 && _free.TryDequeue(out uint place); changes--)
        {
            int at = random.Next(references.Length);
            WriteFrame frame = Cache.Reserve(new PageId(place), new TransactionId(id));
            freed.Add(references[at].Id.Index);
            references[at] = DerivedPage.Fill(frame.Buffer.Span, place, id);
            frames.Add(frame);
            if (!fail) _file.Write((long)place * PageBytes, frame.Buffer.Span);
        }

        foreach (WriteFrame frame in frames)
        {
            if (!fail) Cache.Install(frame);
            else Cache.Abandon(frame);
        }

        if (fail)
        {
            foreach (WriteFrame frame in frames) _free.Enqueue(frame.Id.Index);
            return;
        }

        foreach (uint place in freed) _pending.Enqueue((id, place));
        Volatile.Write(ref _newest, new Snapshot(id, references));
    }

    /// <summary>Publishes the newest snapshot in the slot, as a transaction does.</summary>
    public PageReference[] Begin(ReaderSlot slot)
    {
        while (true)
        {
            Snapshot snapshot = Volatile.Read(ref _newest);
            slot.SnapshotId = snapshot.Id;
            if (Volatile.Read(ref _newest) == snapshot) return snapshot.References;
        }
    }

    /// <summary>Reads some pages of the newest snapshot and checks each of them.</summary>
    public void ReadSnapshot(ReaderSlot slot, Random random, int operations)
    {
        PageReference[] references = Begin(slot);
        PageReference held = references[random.Next(references.Length)];
        slot.EnterOperation();
        PageBuffer pin = Cache.Pin(slot, held, out int frame);
        slot.ExitOperation();
        for (; operations > 0; operations--)
        {
            PageReference first = references[random.Next(references.Length)];
            PageReference second = references[random.Next(references.Length)];
            slot.EnterOperation();
            ReadOnlySpan<byte> page = Cache.Read(slot, first);
            Assert.True(DerivedPage.Is(Cache.Read(slot, second), second), $"Wrong {second}");
            Assert.True(DerivedPage.Is(page, first), $"Wrong {first}");
            slot.ExitOperation();
        }

        // The pin outlives the snapshot: its frame must, too.
        slot.SnapshotId = 0;
        Assert.True(DerivedPage.Is(pin.Span, held), $"Wrong pinned {held}");
        Cache.Unpin(frame);
    }

    public void Dispose()
    {
        Cache.Dispose();
        _file.Dispose();
    }

    private void Recycle()
    {
        ulong oldest = Cache.Slots.OldestSnapshot(ifNone: _newest.Id);
        while (_pending.TryPeek(out (ulong FreedBy, uint Id) entry) && entry.FreedBy <= oldest)
        {
            _free.Enqueue(_pending.Dequeue().Id);
            ReusedCount++;
        }
    }

    private sealed record Snapshot(ulong Id, PageReference[] References);
}
