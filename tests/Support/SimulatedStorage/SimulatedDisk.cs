using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// A disk in memory that tells what is durable from what is not, survives any number of crashes,
/// and fails on demand. Storage opened on it is one process's view; several may be open at once.
/// All members may be used by any thread.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Lock _gate = new(); // Guards the content, the counters and the open files.
    private readonly Dictionary<string, DiskCounters> _countersOf = [];
    private readonly DiskContent _content;

    public SimulatedDisk()
        : this(new DiskContent())
    {
    }

    public SimulatedDisk(DiskContent content)
    {
        _content = content;
        Damage = new DiskDamage(this);
    }

    /// <summary>
    /// Called on the thread of each operation that changes something, at the moment described at
    /// <see cref="StorageEvent"/>, with no lock held. It may fork the disk, throw, or wait.
    /// </summary>
    public Action<StorageEvent>? Observer { get; set; }

    public FaultPlan Faults { get; } = new();

    /// <summary>Changes of the content behind the back of the program.</summary>
    public DiskDamage Damage { get; }

    public DiskCounters Counters { get; } = new();

    public FileSystemModel FileSystem { get; set; }

    /// <summary>
    /// Draws which writes reach the device in a flush that fails (ext4); null: none of them.
    /// </summary>
    public Random? FailedFlushLuck { get; set; }

    /// <summary>All files together grow no further than this; null: without bound.</summary>
    public long? CapacityBytes { get; set; }

    /// <summary>Storage files opened on this disk and not yet disposed.</summary>
    public int OpenFileCount { get; private set; }

    public IReadOnlyList<string> Names => Locked(content => content.Names.Order().ToArray());

    /// <summary>Changes that a power cut may undo.</summary>
    public int UnflushedCount => Locked(content => content.ListUnflushed().Count);

    internal Lock Gate => _gate;

    /// <summary>The state itself, for code that holds <see cref="Gate"/>.</summary>
    internal DiskContent Content => _content;

    /// <summary>The name that databases on it have.</summary>
    public string Path { get; init; } = "simulated.kvcow";

    /// <param name="processId">Whom others see as owner of this view's locks.</param>
    public IStorage OpenStorage(int? processId = null) =>
        new SimulatedView(this, processId ?? Environment.ProcessId);

    /// <summary>
    /// The disk as it would be after the process was killed at this instant: everything written is
    /// there, flushed or not (and may still be lost in a later power cut), no file is open, no
    /// lock held. Counters, faults and observer are new. Cheap: content is shared until changed.
    /// </summary>
    public SimulatedDisk Fork() => Adopt(Locked(content => content.Fork()));

    public DiskCounters CountersOf(string suffix)
    {
        lock (_gate)
        {
            if (!_countersOf.TryGetValue(suffix, out DiskCounters? counters))
                _countersOf.Add(suffix, counters = new DiskCounters());
            return counters;
        }
    }

    public void ResetCounters()
    {
        lock (_gate)
        {
            Counters.Reset();
            foreach (DiskCounters counters in _countersOf.Values) counters.Reset();
        }
    }

    /// <summary>Lets reads of all files show the device, where it is known.</summary>
    public void DropCaches()
    {
        lock (_gate) _content.DropCaches();
    }

    public long LengthOf(string suffix) => Locked(_ => Find(suffix).Cached.Length);

    /// <summary>The whole content of a file as reads see it.</summary>
    public byte[] ReadAll(string suffix)
    {
        lock (_gate)
        {
            ChunkMap content = Find(suffix).Cached;
            byte[] bytes = new byte[content.Length];
            content.Read(0, bytes);
            return bytes;
        }
    }

    /// <summary>A disk with other content and the same settings.</summary>
    internal SimulatedDisk Adopt(DiskContent content) =>
        new(content) { FileSystem = FileSystem, CapacityBytes = CapacityBytes };

    internal DiskFile Find(string suffix) => _content.Find(suffix)
        ?? throw new FileNotFoundException($"The simulated disk has no file \"{suffix}\".");

    /// <summary>Counts an operation and throws if it is to fail without any effect.</summary>
    internal PlannedFault? Begin(DiskOperation operation, string suffix, long bytes = 0)
    {
        PlannedFault? fault = Count(operation, suffix, bytes);
        if (fault?.Fault is DiskFault.Error or DiskFault.Full) throw Failure(fault, operation);
        return fault;
    }

    internal PlannedFault? Count(DiskOperation operation, string suffix, long bytes = 0)
    {
        Counters.Add(operation, bytes);
        CountersOf(suffix).Add(operation, bytes);
        return Faults.Next(operation, suffix);
    }

    internal void Announce(
        DiskOperation operation, string suffix, long offset = 0, long length = 0) =>
        Observer?.Invoke(new StorageEvent(operation, suffix, offset, length));

    internal void CheckRoom(long growth)
    {
        if (growth > 0 && _content.LiveBytes + growth > CapacityBytes)
            throw new StorageFullException("The simulated disk is full.");
    }

    internal void CountOpenFile(int change) => OpenFileCount += change;

    internal static IOException Failure(PlannedFault fault, DiskOperation operation) =>
        fault.Fault == DiskFault.Full
            ? new StorageFullException($"Simulated lack of space in operation {operation}.")
            : new IOException($"Simulated I/O error in operation {operation}.");

    private T Locked<T>(Func<DiskContent, T> read)
    {
        lock (_gate) return read(_content);
    }
}
