namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// The files of a simulated disk and their names, as seen and as durable. Not safe for threads;
/// the disk's lock guards it.
/// </summary>
internal sealed class DiskContent
{
    private readonly Dictionary<int, DiskFile> _files = [];
    private readonly Dictionary<string, int> _live;
    private readonly Dictionary<string, int> _durable;
    private readonly List<EntryChange> _unflushed = [];
    private int _lastFileId;
    private long _sequence;

    public DiskContent()
        : this([], [])
    {
    }

    private DiskContent(Dictionary<string, int> live, Dictionary<string, int> durable)
    {
        _live = live;
        _durable = durable;
    }

    /// <summary>Number of the newest change; the counter that numbers them.</summary>
    public ref long Sequence => ref _sequence;

    /// <summary>Name and number of the files whose names are durable.</summary>
    public IReadOnlyDictionary<string, int> DurableEntries => _durable;

    public IEnumerable<string> Names => _live.Keys;

    public long LiveBytes => _live.Values.Sum(id => _files[id].Cached.Length);

    /// <summary>A disk that was just switched on: everything it holds is durable.</summary>
    public static DiskContent Settled(IEnumerable<(string Name, ChunkMap Content)> files)
    {
        var content = new DiskContent();
        foreach ((string name, ChunkMap map) in files)
        {
            int id = ++content._lastFileId;
            content._files.Add(id, DiskFile.Settled(id, map));
            content._live.Add(name, id);
            content._durable.Add(name, id);
        }

        return content;
    }

    public DiskContent Fork()
    {
        var fork = new DiskContent(new(_live), new(_durable))
        {
            _lastFileId = _lastFileId,
            _sequence = _sequence,
        };
        fork._unflushed.AddRange(_unflushed);
        // A file without a name lives only as long as somebody has it open: not in the fork.
        foreach (int id in _live.Values.Concat(_durable.Values).Concat(_unflushed.Select(FileOf)))
            if (!fork._files.ContainsKey(id)) fork._files.Add(id, _files[id].Fork());
        return fork;
    }

    public DiskFile? Find(string name) => _live.TryGetValue(name, out int id) ? _files[id] : null;

    public DiskFile FileWith(int id) => _files[id];

    public DiskFile Create(string name)
    {
        var file = new DiskFile(++_lastFileId);
        _files.Add(file.Id, file);
        ChangeEntry(file, null, name);
        return file;
    }

    public void ChangeEntry(DiskFile file, string? from, string? to)
    {
        var change = new EntryChange(++_sequence, file.Id, from, to);
        Fate.Apply(change, Fate.Done, _live);
        _unflushed.Add(change);
    }

    public void FlushEntries(long sequenceMax)
    {
        foreach (EntryChange change in _unflushed.Where(IsDue))
            Fate.Apply(change, Fate.Done, _durable);
        _unflushed.RemoveAll(IsDue);

        bool IsDue(EntryChange change) => change.Sequence <= sequenceMax;
    }

    public void DropCaches()
    {
        foreach (DiskFile file in _files.Values) file.DropCache();
    }

    /// <summary>All changes of files and names that a power cut may undo, oldest first.</summary>
    public List<DiskChange> ListUnflushed()
    {
        var changes = new List<DiskChange>(_unflushed);
        foreach (DiskFile file in _files.Values) changes.AddRange(file.Unflushed);
        changes.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return changes;
    }

    private static int FileOf(EntryChange change) => change.FileId;
}
