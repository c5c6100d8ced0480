using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>
/// A database of a few keys, and what each of its commits left: which version of each key. Used by
/// one thread at a time, as the schedule has it.
/// </summary>
internal sealed class Ledger
{
    public const int Keys = 20;
    private const int LongKey = 3;
    private const int LongRedoBytes = 32 << 20;
    private const int ShortRedoBytes = 16 << 10;
    private const int ValueBytesMax = 9_000;

    private static readonly SimulatedDisk Prepared = Prepare();

    private readonly Dictionary<ulong, int[]> _states = [];
    private readonly byte[] _expected = new byte[ValueBytesMax];
    private int _version;
    private ulong _batch;

    /// <param name="time">For timers that fire when they are told to.</param>
    /// <param name="shortLog">Whether the free list's log is soon full.</param>
    /// <param name="redoBytes">Most bytes in the redo log; 0 for none.</param>
    public Ledger(TimeProvider? time = null, bool shortLog = false, int redoBytes = 0)
    {
        Disk = Prepared.Fork();
        Options = new StoreOptions
        {
            // The fewest frames there can be; where the log has room, some for its pages, too.
            CacheBytes = redoBytes > 0 ? 1 << 20 : 0,
            PoisonFreedFrames = true,
            TimeProvider = time ?? TimeProvider.System,
            InlineDeltaBytesMax = shortLog ? 60 : int.MaxValue,
            LogBytesMax = shortLog ? 250 : null,
            RedoBytesMax = redoBytes,
            WritesPagesBeside = true,
            PagesPerStep = 2,
        };
        Database = Database.Open(Disk.OpenStorage(), Options);
        Entered = Acknowledged = Database.GetStatistics().TransactionId;
        _states[Entered] = new int[Keys];
    }

    /// <summary>A ledger with no redo log, one that is soon full, or one that has room.</summary>
    public static Ledger Drawn(Random random, TimeProvider? time = null, bool shortLog = false) =>
        new(time, shortLog, random.Next(3) switch
        {
            0 => 0,
            1 => ShortRedoBytes,
            _ => LongRedoBytes,
        });

    public static Ledger WithRedoLog() => new(redoBytes: LongRedoBytes);

    /// <summary>One whose commits soon owe their pages.</summary>
    public static Ledger WithShortRedoLog() => new(redoBytes: ShortRedoBytes);

    public SimulatedDisk Disk { get; }

    public StoreOptions Options { get; }

    public Database Database { get; }

    /// <summary>The newest commit whose Commit has returned.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>The newest commit whose Commit has begun.</summary>
    public ulong Entered { get; private set; }

    /// <summary>
    /// Changes a few keys in an open transaction, and notes what the commit leaves.
    /// </summary>
    public void Change(WriteTransaction tx, Random random) =>
        Change(tx, random, _states[tx.Id - 1]);

    /// <summary>The same in one call of a batch, which fails after its changes or not.</summary>
    public void ChangePart(WriteTransaction tx, Random random, bool fails)
    {
        int[] before = tx.Id == _batch ? _states[tx.Id] : _states[tx.Id - 1];
        Change(tx, random, before);
        if (fails)
        {
            _states[tx.Id] = before;
            throw new FormatException("refused");
        }

        _batch = tx.Id;
    }

    private void Change(WriteTransaction tx, Random random, int[] before)
    {
        int[] state = (int[])before.Clone();
        WritableBucket bucket = tx.OpenBucket("b");
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int key = random.Next(Keys);
            state[key] = random.Next(5) == 0 ? -1 : ++_version;
            if (state[key] < 0) bucket.Delete([(byte)key]);
            else bucket.Put([(byte)key], Value(key, state[key]).ToArray());
        }

        // Deleting what is not there changes nothing, and no change is no commit: this one is.
        state[0] = ++_version;
        bucket.Put([0], Value(0, state[0]).ToArray());
        _states[tx.Id] = state;
        Entered = Math.Max(Entered, tx.Id);
    }

    public void Acknowledge(ulong id) => Acknowledged = Math.Max(Acknowledged, id);

    /// <summary>One whole write transaction.</summary>
    public void Commit(Random random)
    {
        using WriteTransaction tx = Database.BeginWrite();
        Change(tx, random);
        tx.Commit();
        Acknowledge(tx.Id);
    }

    /// <summary>
    /// Begins to read, and checks that nothing acknowledged before is missing and nothing is shown
    /// that was not entered.
    /// </summary>
    public ReadTransaction BeginRead()
    {
        ulong lowest = Acknowledged;
        ReadTransaction tx = Database.BeginRead();
        if (tx.Id >= lowest && tx.Id <= Entered) return tx;
        ulong id = tx.Id;
        tx.Dispose();
        throw new InvalidOperationException(
            $"Snapshot {id} was begun between commits {lowest} and {Entered}.");
    }

    /// <summary>Every entry of the snapshot, forwards, is as exactly its commit left it.</summary>
    public void CheckScan(ReadTransaction tx) => CheckScan(tx, _states[tx.Id]);

    public void CheckGet(ReadTransaction tx, int key)
    {
        int version = _states[tx.Id][key];
        byte[]? value = tx.OpenBucket("b").Get([(byte)key]);
        if (value is null ? version >= 0 : !value.AsSpan().SequenceEqual(Value(key, version)))
            Fail(tx, key);
    }

    /// <summary>Closes and opens again: verified, and as one of the possible commits.</summary>
    /// <param name="newest">Anything later than this was not promised.</param>
    public void CheckReopened(ulong newest)
    {
        Database.Dispose();
        using Database reopened = Database.Open(Disk.OpenStorage(), Options);
        Assert.Empty(reopened.Verify().Findings);
        using ReadTransaction tx = reopened.BeginRead();
        // A clean close is a commit of its own, and changes nothing.
        for (ulong id = newest; id >= Acknowledged; id--)
        {
            if (!_states.TryGetValue(id, out int[]? state)) continue;
            if (Record.Exception(() => CheckScan(tx, state)) is null) return;
        }

        Assert.Fail($"The file holds none of the commits {Acknowledged} to {newest}.");
    }

    private void CheckScan(ReadTransaction tx, int[] state)
    {
        int key = 0;
        foreach (EntryView entry in tx.OpenBucket("b"))
        {
            while (key < Keys && state[key] < 0) key++;
            if (key == Keys || entry.Key.Length != 1 || entry.Key[0] != key) Fail(tx, key);
            ReadOnlySpan<byte> value = entry.Value;
            if (!value.SequenceEqual(Value(key, state[key]))) Fail(tx, key);
            key++;
        }

        while (key < Keys && state[key] < 0) key++;
        if (key != Keys) Fail(tx, key);
    }

    private static SimulatedDisk Prepare()
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), new StoreOptions());
        byte[] buffer = new byte[ValueBytesMax];
        database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int key = 0; key < Keys; key++) bucket.Put([(byte)key], Value(key, 0, buffer));
        });
        return disk;
    }

    private ReadOnlySpan<byte> Value(int key, int version) => Value(key, version, _expected);

    private static ReadOnlySpan<byte> Value(int key, int version, byte[] buffer)
    {
        Span<byte> value = buffer.AsSpan(0, key == LongKey ? ValueBytesMax : 300 + (key * 10));
        value.Fill((byte)((version * 31) + key));
        BinaryPrimitives.WriteInt32LittleEndian(value, version);
        BinaryPrimitives.WriteInt32LittleEndian(value[4..], key);
        return value;
    }

    private static void Fail(ReadTransaction tx, int key) => throw new InvalidOperationException(
        $"Key {key} of snapshot {tx.Id} is not as its commit left it.");
}
