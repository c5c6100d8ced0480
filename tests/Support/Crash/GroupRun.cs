using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.SimulatedStorage;
using static KvCow.Tests.Support.Crash.Hang;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Holds the flush of one commit while others finish, so that they become one group; draws crash
/// states at every write and flush of all of them.
/// </summary>
internal sealed class GroupRun : IDisposable
{
    private const int StatesPerPoint = 3;
    private static readonly byte[] Name = [(byte)'g'];

    private readonly StoreOptions _options;
    private readonly Random _random;
    private readonly ManualResetEventSlim _release = new();
    private readonly Queue<int> _claims = new();
    private TransactionId _durable;
    private TaskCompletionSource? _held;
    private Exception? _failure;

    public GroupRun(int seed, StoreOptions options, FileSystemModel model = default)
    {
        _options = options;
        _random = new Random(seed);
        History = new CommitHistory(options, _random);
        Disk = new SimulatedDisk { FileSystem = model };
        Database = Database.Open(Disk.OpenStorage(), options);
        // Room for all that follows: growing takes a flush of its own.
        Database.Write(static tx => tx.CreateBucket(Name).Put([0], new byte[3_000_000]));
        Database.Write(static tx => tx.DeleteBucket(Name));
        CrashOracle.AssertSound(Database); // Wants the pages in the file: none are owed any more.
        _durable = new TransactionId(Database.GetStatistics().TransactionId);
        Disk.Observer = Watch;
        for (int i = _random.Next(2, 6); i > 0; i--)
        {
            Claim(1);
            using WriteTransaction tx = Database.BeginWrite();
            Change(tx);
            tx.Commit();
        }

        ThrowIfFailed();
    }

    public SimulatedDisk Disk { get; }

    public Database Database { get; }

    public CommitHistory History { get; }

    /// <summary>The commit whose flush is held.</summary>
    public Task First { get; private set; } = Task.CompletedTask;

    /// <summary>Those that finished behind it and are flushed together.</summary>
    public List<Task> Group { get; } = [];

    /// <summary>Main-file flushes of one commit or group.</summary>
    public int FlushesPerGroup => _options.Durability == Durability.Paranoid ? 2 : 1;

    /// <summary>Returns when the first's flush is held and the others have finished.</summary>
    public async Task HoldAsync(CancellationToken ofLast = default)
    {
        Group.Clear();
        _release.Reset();
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task held = _held.Task;
        int count = _random.Next(3, 9);
        Claim(1);
        _claims.Enqueue(History.Last + 1 + count);
        First = await FinishAsync(default);
        await held.WaitAsync(Limit, CancellationToken.None);
        for (int i = 1; i <= count; i++)
        {
            if (_random.Next(3) == 0) await RollBackAsync();
            Group.Add(await FinishAsync(i == count ? ofLast : default));
        }

        // Nobody sees what is not durable yet.
        new Expectation(History[History.From]).Identify(Database);
        // With a redo log, verify asks for a flush of pages, and waits for the one that is held.
        bool verifies = _random.Next(2) == 0 && _options.RedoBytesMax == 0;
        if (verifies) CrashOracle.AssertSound(Database);
    }

    public void Release() => _release.Set();

    public async Task ReleaseAsync()
    {
        Release();
        await First.WaitAsync(Limit);
        await Task.WhenAll(Group).WaitAsync(Limit);
    }

    /// <exception cref="CrashFailure">A state drawn so far broke a promise.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is not null) throw new CrashFailure(_failure.Message, _failure);
    }

    public void Dispose()
    {
        Disk.Observer = null;
        _release.Set();
        Database.Dispose();
        _release.Dispose();
    }

    private void Claim(int commits) => _claims.Enqueue(History.Last + commits);

    private async Task<Task> FinishAsync(CancellationToken ct)
    {
        using WriteTransaction tx = await Database.BeginWriteAsync(CancellationToken.None);
        Change(tx);
        return tx.CommitAsync(ct).AsTask();
    }

    private async Task RollBackAsync()
    {
        using WriteTransaction tx = await Database.BeginWriteAsync();
        ChangeBoth(tx, History[History.Last].Clone());
        tx.Rollback();
    }

    private void Change(WriteTransaction tx)
    {
        ModelBucket next = History[History.Last].Clone();
        ChangeBoth(tx, next);
        History.Add(next);
    }

    /// <summary>
    /// Always the same key, and a long value that the next one deletes; then anything.
    /// </summary>
    private void ChangeBoth(WriteTransaction tx, ModelBucket model)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket(Name);
        model.Buckets.TryAdd(Name, new ModelBucket());
        ModelBucket copy = model.Buckets[Name];
        byte[] count = BitConverter.GetBytes(History.Last);
        bucket.Put([0], count);
        copy.Entries[[0]] = count;
        if (copy.Entries.Remove([1]))
        {
            bucket.Delete([1]);
        }
        else
        {
            byte[] value = Keys.NextValue(_random, 5000, 20_000);
            bucket.Put([1], value);
            copy.Entries[[1]] = value;
        }

        if (_random.Next(2) == 0) SmallChanges.Apply(tx, model, _random);
        if (_random.Next(3) == 0) BucketChanges.Apply(tx, model, _random);
    }

    /// <summary>
    /// Whether a meta page was written, or the first page of a batch of the redo log, that makes
    /// commits durable which are not: a meta page may follow what the log has told.
    /// </summary>
    private bool MakesDurable(long offset)
    {
        ReadOnlySpan<byte> page =
            Disk.ReadAll("").AsSpan((int)offset, _options.PageBytes);
        TransactionId commit = TransactionId.None;
        if (offset < 2 * _options.PageBytes)
            commit = MetaPage.TryRead(page, (int)(offset / _options.PageBytes), out _)!.Id;
        else if (PageHeader.Kind(page) == PageKind.Redo && RedoPage.Index(page) == 0)
            commit = PageHeader.Birth(page);
        if (commit <= _durable) return false;
        _durable = commit;
        return true;
    }

    /// <summary>One thread at a time: the others finish only while a flush is held.</summary>
    private void Watch(StorageEvent told)
    {
        try
        {
            bool isMain = told.Suffix.Length == 0;
            bool isWrite = told.Operation == DiskOperation.Write;
            if (isWrite && isMain && MakesDurable(told.Offset)) History.Claim(_claims.Dequeue());
            // The mark is written when the flush is over.
            if (isWrite && told is { Suffix: PendingFile.Suffix, Offset: 0 }) History.Settle();
            History.Crash(Disk, StatesPerPoint);
            if (told.Operation == DiskOperation.Flush && isMain && _held is { } held)
            {
                _held = null;
                held.SetResult();
                if (!_release.Wait(Limit)) throw new TimeoutException("The flush is held.");
                History.Crash(Disk, StatesPerPoint);
            }
        }
        catch (Exception failure)
        {
            _failure ??= failure;
        }
    }
}
