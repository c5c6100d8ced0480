using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A device that lies: about a flush, by losing a write or putting it elsewhere, or by a read that
/// returns what was there before. What is read is right or refused as corrupt, never wrong. A power
/// cut may take commits that such a device only pretended to have, and the one before: two meta
/// pages are all it holds, and both may have been on their way. What is left is one whole commit,
/// each entry of which is right or refused. With a redo log, a batch that such a device loses takes
/// those behind it with it: what is left may be any commit since the last meta page.
/// </summary>
internal sealed class LyingDiskRun(int seed, Workload workload, StoreOptions options)
{
    private const int CommitsBefore = 6;
    private const int StatesPerLie = 10;

    private static readonly byte[] Counter = [(byte)'~'];

    private readonly Random _random = new(seed);
    private readonly List<ModelBucket> _contents = [];
    private SimulatedDisk _disk = new();
    private string _lie = "";
    private int _oldest;

    /// <summary>Snapshots and crash states read after a lie.</summary>
    public int CaseCount { get; private set; }

    /// <summary>Refused reads and openings: without any the lies would be too mild.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>States that hold a commit older than the last acknowledged one.</summary>
    public int OlderCount { get; private set; }

    /// <exception cref="CrashFailure">Something wrong was read.</exception>
    public void Run(int casesMin)
    {
        while (CaseCount < casesMin) Lie();
    }

    private void Lie()
    {
        _disk = new SimulatedDisk();
        _contents.Clear();
        _contents.Add(new ModelBucket());
        using (Database database = Database.Open(_disk.OpenStorage(), options))
        {
            for (int i = _random.Next(1, CommitsBefore); i > 0; i--) Commit(database);
            _oldest = options.RedoBytesMax > 0 ? 0 : Math.Max(0, _contents.Count - 2);
            PlanLie();
            for (int i = _random.Next(1, 6); i > 0 && Commit(database); i--)
            {
                if (_random.Next(2) == 0) continue;
                _disk.DropCaches();
                ReadNewest(database);
            }

            CheckStates();
        }

        _disk.Faults.Clear();
        CheckStates();
    }

    private void PlanLie()
    {
        FaultPlan faults = _disk.Faults;
        int number = _random.Next(1, 10);
        switch (_random.Next(8))
        {
            case < 2:
                bool lasting = _random.Next(2) == 0;
                _lie = lasting ? "flushes that lie" : "a flush that lies";
                faults.LieOnFlush(_random.Next(1, 4), lasting);
                break;
            case < 4:
                _lie = $"dropped write {number}";
                faults.DropWrite(number);
                break;
            case < 6:
                long pages = _disk.LengthOf("") / options.PageBytes;
                long place = _random.NextInt64(pages);
                _lie = $"write {number} put at page {place}";
                faults.MisdirectWrite(number, place * options.PageBytes);
                break;
            default:
                _lie = "stale reads";
                for (int reads = _random.Next(1, 4); reads > 0; reads--)
                    faults.ReadStale(_random.Next(1, 40));
                break;
        }
    }

    /// <summary>Returns whether it could be made; what a lie has damaged may refuse it.</summary>
    private bool Commit(Database database)
    {
        ModelBucket next = _contents[^1].Clone();
        try
        {
            using WriteTransaction tx = database.BeginWrite();
            for (int i = _random.Next(1, 4); i > 0; i--) workload(tx, next, _random);
            Number(tx, next);
            _contents.Add(next);
            tx.Commit();
            return true;
        }
        catch (CorruptPageException)
        {
            RefusedCount++;
            return false;
        }
        catch (DatabaseFailedException failed) when (failed.InnerException is CorruptPageException)
        {
            RefusedCount++;
            return false;
        }
    }

    /// <summary>No two commits are alike, and none is empty.</summary>
    private static void Number(WriteTransaction tx, ModelBucket model)
    {
        model.Buckets.TryAdd(Counter, new ModelBucket());
        model.Buckets[Counter].Sequence = tx.OpenOrCreateBucket(Counter).NextSequence();
    }

    /// <summary>A snapshot is its commit, and nothing else.</summary>
    private void ReadNewest(Database database)
    {
        CaseCount++;
        using ReadTransaction tx = database.BeginRead();
        PartialComparison comparison = new(tx);
        string? wrong = comparison.FindWrongAnswer(_contents[^1]);
        RefusedCount += comparison.RefusedCount;
        if (wrong is not null) throw new CrashFailure($"{_lie}: wrong without a crash: {wrong}");
    }

    private void CheckStates()
    {
        foreach (SimulatedDisk state in CrashStates.Enumerate(_disk, _random, StatesPerLie))
        {
            CaseCount++;
            if (_random.Next(4) == 0) state.Faults.ReadStale(_random.Next(1, 20));
            Check(state);
        }
    }

    private void Check(SimulatedDisk state)
    {
        try
        {
            using Database database = Database.Open(state.OpenStorage(), options);
            using ReadTransaction tx = database.BeginRead();
            Identify(tx);
        }
        catch (CorruptPageException)
        {
            RefusedCount++;
        }
    }

    private void Identify(ReadTransaction tx)
    {
        string? first = null;
        for (int number = _contents.Count - 1; number >= _oldest; number--)
        {
            PartialComparison comparison = new(tx);
            string? wrong = comparison.FindWrongAnswer(_contents[number]);
            RefusedCount += comparison.RefusedCount;
            first ??= wrong;
            if (wrong is not null) continue;
            if (number < _contents.Count - 1) OlderCount++;
            return;
        }

        throw new CrashFailure(
            $"{_lie}: none of the commits {_oldest} to {_contents.Count - 1}: {first}");
    }
}
