using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// The contents that commits left one after the other, and which of them a crash may leave: that
/// of the last durable one or of a later one, whole, and none behind the last that was flushed for.
/// </summary>
internal sealed class CommitHistory(StoreOptions options, Random random)
{
    private readonly HashSet<ulong> _seen = [];
    private readonly List<ModelBucket> _contents = [new ModelBucket()];
    private int _from;
    private int _to;

    /// <summary>Numbers the contents from 0, the empty database.</summary>
    public int Last { get; private set; }

    public int StateCount { get; private set; }

    /// <summary>The first of those that a crash may leave.</summary>
    public int From => Volatile.Read(ref _from);

    public ModelBucket this[int number]
    {
        get { lock (_contents) return _contents[number]; }
    }

    public int Add(ModelBucket content)
    {
        lock (_contents) _contents.Add(content);
        return ++Last;
    }

    /// <summary>Says which contents a crash may leave from now on.</summary>
    public void Allow(int from, int to)
    {
        if (from != _from || to != _to) _seen.Clear();
        Volatile.Write(ref _from, from);
        _to = to;
    }

    /// <summary>Everything flushed for is durable.</summary>
    public void Settle() => Allow(_to, _to);

    /// <summary>A flush begins that makes contents up to <paramref name="to"/> durable.</summary>
    public void Claim(int to) => Allow(_from, to);

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Crash(SimulatedDisk disk, int states)
    {
        foreach (SimulatedDisk state in CrashStates.Enumerate(disk, random, states, _seen))
            Check(state);
    }

    /// <summary>Opens a disk and closes it; returns the number of what it holds.</summary>
    public int Find(SimulatedDisk disk)
    {
        using Database database = Database.Open(disk.OpenStorage(), options);
        CrashOracle.AssertSound(database);
        return Identify(database);
    }

    /// <summary>
    /// Opens a disk and returns the number of what it held; sometimes goes on from there.
    /// </summary>
    public int Check(SimulatedDisk disk)
    {
        bool further = StateCount++ % 8 == 0;
        int found;
        ModelBucket content;
        using (Database database = Database.Open(disk.OpenStorage(), options))
        {
            found = Identify(database);
            CrashOracle.AssertSound(database);
            content = this[found].Clone();
            if (!further) return found;

            database.Write(tx => BucketChanges.Apply(tx, content, random));
            CrashOracle.AssertSound(database);
        }

        using Database again = Database.Open(disk.OpenStorage(), options);
        new Expectation(content).Identify(again);
        CrashOracle.AssertSound(again);
        return found;
    }

    private int Identify(Database database)
    {
        string? difference = null;
        for (int number = _to; number >= _from; number--)
        {
            difference = ContentComparison.FindDifference(database, this[number]);
            if (difference is null) return number;
        }

        throw new CrashFailure($"none of the contents {_from} to {_to}: {difference}");
    }
}
