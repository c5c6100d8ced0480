using KvCow.Engine.Pages;
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
/// there. Whoever flushes uses the log, one thread at a time.
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

    private readonly List<PageRun> _written = [];
    private readonly List<PageRun> _spare = [];
    private Queue<PageRun> _places = new();
    private TransactionId _last;
    private uint _tag;
    private long _bytes;
    private byte[] _buffer = [];

    /// <summary>Whether the newest meta page names a place for the next batch.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether so much has been told that a meta page is due.</summary>
    public bool IsLong => IsOpen && Volatile.Read(ref _bytes) >= options.RedoBytesMax;

    /// <summary>Makes sure of places for a batch; false if there are none.</summary>
    public bool TryReserve(long recordBytes)
    {
        // One more: the last page has to name the next batch's first.
        long missing = RedoPage.PagesFor(recordBytes, file.PageBytes) + 1;
        foreach (PageRun place in _places) missing -= place.Count;
        while (missing > 0)
        {
            PageRun run = TakeSegment(missing);
            if (run.Count == 0) return false;
            _places.Enqueue(run);
            missing -= run.Count;
        }

        return true;
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
            crc, _tag);
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
        if (_spare.Count > 0) return [.. _spare];
        PageRun segment = TakeSegment(1);
        return segment.Count > 0 ? [segment] : [];
    }

    /// <summary>The meta page is durable: what was told up to now is in the trees.</summary>
    public void StartAfresh(TransactionId commit, uint tag, List<PageRun> places)
    {
        List<PageRun> old = [.. _written, .. _places];
        PageRun.Normalize(old);
        if (places.Count == 0) old.AddRange(_spare);
        if (PlantedBugs.KeepRedoPages) old.Clear();
        _spare.Clear();
        if (places.Count > 0) KeepSpare(old);
        space.ReleaseRedo(old);
        _written.Clear();
        _places = new Queue<PageRun>(places);
        _last = commit;
        _tag = tag;
        Volatile.Write(ref _bytes, 0);
        IsOpen = places.Count > 0;
    }

    /// <summary>Takes the longest runs out of what is released.</summary>
    private void KeepSpare(List<PageRun> old)
    {
        long left = Math.Max(SegmentPagesMin, space.PageCount / SpareShare);
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
        long most = SegmentBytesMax / file.PageBytes;
        long wanted = Math.Max(missing, Math.Clamp(space.PageCount / 64, SegmentPagesMin, most));
        return space.TakeForRedo((uint)wanted);
    }

    private List<PageId> TakePlaces(int count)
    {
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
