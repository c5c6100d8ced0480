using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Small commits become durable here: what they did is appended in pages of the main file and
/// flushed, while their tree pages stay in memory until a meta page makes all of them durable at
/// once. See <see cref="RedoPage"/> for the format.
/// </summary>
/// <remarks>
/// The pages are borrowed from the free ones: to the free list on the device they are free. The
/// meta page names the first, each page the next, so a place is known before anything is told
/// there. Whoever flushes uses the log, one thread at a time; beside it the writer may call
/// <see cref="TryReserve"/>, and who writes pages <see cref="Release"/>.
/// </remarks>
internal sealed class RedoLog(PageFile file, Space space, StoreOptions options)
{
    /// <summary>Most bytes of records in one batch: recovery holds one in memory.</summary>
    public const int BatchBytesMax = 8 << 20;

    private const int SegmentPagesMin = 16;
    private const int SegmentBytesMax = 4 << 20;

    /// <summary>
    /// The part of the file that is kept for the next log: the long runs of one are hard to find
    /// again once single pages have been placed there.
    /// </summary>
    private const int SpareShare = 32;

    // Guards places and spare runs: the writer makes sure of places, too.
    private readonly Lock _gate = new();
    private readonly List<PageRun> _spare = [];

    private readonly List<PageRun> _written = [];

    // Of the part that the meta page being written makes superfluous.
    private List<PageRun> _behind = [];
    private Queue<PageRun> _places = new();
    private TransactionId _last;
    private long _bytes;
    private byte[] _buffer = [];

    /// <summary>Whether the newest meta page names a place for the next batch.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Names the batches behind the newest meta page.</summary>
    public uint Tag { get; private set; }

    /// <summary>
    /// Whether so much has been told that a meta page is due: half of what there may be, because as
    /// much again may be told until it is written.
    /// </summary>
    public bool IsLong => IsOpen && Volatile.Read(ref _bytes) >= options.RedoBytesMax / 2;

    /// <summary>Makes sure of places for a batch; false if there are none.</summary>
    /// <param name="recordBytes">Bytes of its records.</param>
    /// <param name="pagesBehind">Places that must be left for others.</param>
    public bool TryReserve(long recordBytes, int pagesBehind = 1)
    {
        // One at least: the last page has to name the next batch's first.
        long missing = RedoPage.PagesFor(recordBytes, file.PageBytes) + pagesBehind;
        using (Uninterrupted.Enter(_gate))
        {
            foreach (PageRun place in _places) missing -= place.Count;
            while (missing > 0)
            {
                PageRun run = TakeSegment(missing);
                if (run.Count == 0) return false;
                _places.Enqueue(run);
                missing -= run.Count;
            }
        }

        return true;
    }

    /// <summary>
    /// Gives back all places but the one that the newest meta page, or the last batch, names; false
    /// if there are none. Nobody may be flushing.
    /// </summary>
    public bool TryGiveBack()
    {
        List<PageRun> idle = [];
        using (Uninterrupted.Enter(_gate))
        {
            idle.AddRange(_spare);
            _spare.Clear();
            if (_places.TryDequeue(out PageRun next))
            {
                idle.AddRange(_places);
                if (next.Count > 1) idle.Add(new PageRun(next.Start + 1, next.Count - 1));
                _places = new Queue<PageRun>([new PageRun(next.Start, 1)]);
            }
        }

        space.ReleaseRedo(idle);
        return idle.Count > 0;
    }

    /// <summary>Writes a batch, for which places have been reserved.</summary>
    public void Append(List<FinishedCommit> commits)
    {
        long bytes = commits.Sum(
            static commit => (long)RedoPage.RecordHeadBytes + commit.Redo!.Length);
        int count = RedoPage.PagesFor(bytes, file.PageBytes);
        if (_buffer.Length < count * file.PageBytes) _buffer = new byte[count * file.PageBytes];
        uint crc = Fill(commits, count);
        RedoBatchHead head = new(_last, commits[^1].Meta.Id, count, (int)bytes,
            crc, Tag);
        Write(head, TakePlaces(count));
        _last = head.Last;
        _bytes += (long)count * file.PageBytes;
    }

    /// <summary>Any value that the log of an earlier meta page is unlikely to have had.</summary>
    public static uint NewTag() =>
        PlantedBugs.SameRedoTag ? 1 : (uint)Random.Shared.NextInt64(1L << 32);

    /// <summary>Where the log of the meta page about to be written begins.</summary>
    public List<PageRun> Prepare(bool isClose)
    {
        bool isWanted = !isClose && options.RedoBytesMax > 0
            && options.Durability != Durability.Paranoid && space.LendsToRedo;
        if (!isWanted) return [];
        using (Uninterrupted.Enter(_gate))
        {
            if (_spare.Count > 0) return [.. _spare];
            PageRun segment = TakeSegment(1);
            return segment.Count > 0 ? [segment] : [];
        }
    }

    /// <summary>The meta page is durable: what was told up to now is in the trees.</summary>
    public void StartAfresh(TransactionId commit, uint tag, List<PageRun> places)
    {
        List<PageRun> old;
        using (Uninterrupted.Enter(_gate))
        {
            old = [.. _written, .. _places];
            PageRun.Normalize(old);
            if (places.Count == 0) old.AddRange(_spare);
            if (PlantedBugs.KeepRedoPages) old.Clear();
            _spare.Clear();
            if (places.Count > 0) KeepSpare(old);
            _places = new Queue<PageRun>(places);
        }

        space.ReleaseRedo(old);
        _written.Clear();
        _last = commit;
        Tag = tag;
        Volatile.Write(ref _bytes, 0);
        IsOpen = places.Count > 0;
    }

    /// <summary>
    /// Begins the part that stays when a meta page for the last commit told is durable. Both parts
    /// are one log, with one tag, to whoever comes from the meta page before.
    /// </summary>
    /// <returns>The place of the next batch.</returns>
    public PageId Divide()
    {
        _behind = [.. _written];
        _written.Clear();
        Volatile.Write(ref _bytes, 0);
        if (PlantedBugs.NameOldRedoStart && _behind.Count > 0) return new PageId(_behind[0].Start);
        if (PlantedBugs.ReleaseRedoEarly) Release();
        using (Uninterrupted.Enter(_gate)) return new PageId(_places.Peek().Start);
    }

    /// <summary>The meta page is durable: the part before is not needed.</summary>
    public void Release()
    {
        List<PageRun> old = _behind;
        _behind = [];
        if (PlantedBugs.KeepRedoPages) return;
        PageRun.Normalize(old);
        using (Uninterrupted.Enter(_gate)) KeepSpare(old);
        space.ReleaseRedo(old);
    }

    /// <summary>Takes the longest runs out of what is released.</summary>
    private void KeepSpare(List<PageRun> old)
    {
        long left = Math.Max(SegmentPagesMin, space.PageCount / SpareShare)
            - PageRun.Total(_spare);
        old.Sort(static (a, b) => b.Count.CompareTo(a.Count));
        while (old.Count > 0 && old[0].Count <= left && old[0].Count >= SegmentPagesMin / 2)
        {
            left -= old[0].Count;
            _spare.Add(old[0]);
            old.RemoveAt(0);
        }
    }

    private PageRun TakeSegment(long missing)
    {
        if (_spare.Count > 0)
        {
            PageRun spare = _spare[^1];
            _spare.RemoveAt(_spare.Count - 1);
            return spare;
        }

        long most = SegmentBytesMax / file.PageBytes;
        long wanted = Math.Max(missing, Math.Clamp(space.PageCount / 64, SegmentPagesMin, most));
        return space.TakeForRedo((uint)wanted);
    }

    private List<PageId> TakePlaces(int count)
    {
        using Lock.Scope scope = Uninterrupted.Enter(_gate);
        List<PageId> places = new(count + 1);
        while (places.Count < count)
        {
            PageRun run = _places.Dequeue();
            uint taken = (uint)Math.Min(run.Count, count - places.Count);
            for (uint i = 0; i < taken; i++) places.Add(new PageId(run.Start + i));
            _written.Add(new PageRun(run.Start, taken));
            if (taken == run.Count) continue;

            // What is left of the run stays the first.
            Queue<PageRun> rest = new([new PageRun(run.Start + taken, run.Count - taken)]);
            foreach (PageRun later in _places) rest.Enqueue(later);
            _places = rest;
        }

        places.Add(new PageId(_places.Peek().Start));
        return places;
    }

    /// <summary>Puts the records behind each other into the payloads; returns their CRC.</summary>
    private uint Fill(List<FinishedCommit> commits, int pageCount)
    {
        Span<byte> head = stackalloc byte[RedoPage.RecordHeadBytes];
        int at = 0;
        uint crc = 0;
        foreach (FinishedCommit commit in commits)
        {
            WriteUInt64LittleEndian(head, commit.Meta.Id.Value);
            WriteInt32LittleEndian(head[8..], commit.Redo!.Length);
            crc = Put(head, ref at, crc);
            crc = Put(commit.Redo.Bytes, ref at, crc);
        }

        int payload = RedoPage.PayloadBytes(file.PageBytes);
        int used = at - ((pageCount - 1) * payload);
        PageOf(pageCount - 1)[(RedoPage.HeadBytes + used)..].Clear();
        return crc;
    }

    private uint Put(ReadOnlySpan<byte> bytes, ref int at, uint crc)
    {
        int payload = RedoPage.PayloadBytes(file.PageBytes);
        crc = Crc32C.Append(crc, bytes);
        while (!bytes.IsEmpty)
        {
            Span<byte> room = RedoPage.Payload(PageOf(at / payload))[(at % payload)..];
            int part = Math.Min(room.Length, bytes.Length);
            bytes[..part].CopyTo(room);
            bytes = bytes[part..];
            at += part;
        }

        return crc;
    }

    private void Write(in RedoBatchHead head, List<PageId> places)
    {
        for (int i = 0; i < head.PageCount; i++)
        {
            RedoPage.Initialize(PageOf(i), places[i], head, i, places[i + 1]);
            PageChecksum.Seal(PageOf(i));
        }

        for (int start = 0; start < head.PageCount;)
        {
            int end = start + 1;
            while (end < head.PageCount && places[end].Index == places[end - 1].Index + 1) end++;
            file.Write(places[start].Index,
                _buffer.AsSpan(start * file.PageBytes, (end - start) * file.PageBytes));
            start = end;
        }
    }

    private Span<byte> PageOf(int index) =>
        _buffer.AsSpan(index * file.PageBytes, file.PageBytes);
}
