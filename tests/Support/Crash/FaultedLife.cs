using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A short life of a database on a disk that fails somewhere: opened and closed a few times, with
/// commits, rollbacks, reads and compactions between. Whoever meets the fault is told; what is
/// acknowledged stays; after a fault of a read all goes on, after one of a write only reads do.
/// </summary>
internal sealed class FaultedLife(
    SimulatedDisk disk, Random random, Workload workload, StoreOptions options)
{
    /// <summary>What may be found when the disk is opened.</summary>
    public Expectation Expected { get; private set; } = Expectation.Nothing;

    /// <param name="opens">How often it is opened.</param>
    /// <param name="steps">Commits and the like between open and close, at most.</param>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run(int opens, int steps)
    {
        for (; opens > 0; opens--)
        {
            Database? database = null;
            if (!Works(() => database = Database.Open(disk.OpenStorage(), options))) continue;
            using Database opened = database!; // It was opened in the line above.
            ModelBucket? content = null;
            if (!Works(() => content = Expected.Identify(opened))) continue;
            Expected = new Expectation(content!);
            for (int step = 0; step < steps && !opened.GetStatistics().IsFailed; step++)
                Step(opened);
            CheckFailed(opened);
            Works(opened.Dispose);
        }
    }

    private void Step(Database database)
    {
        int draw = random.Next(8);
        bool works = draw switch
        {
            < 4 => Works(() => Commit(database)),
            4 => Works(() => RollBack(database)),
            5 => Works(() => new Expectation(Expected.Acknowledged).Identify(database)),
            6 => Works(() => database.Compact(random.Next(1, 20) * 4096L)),
            _ => Works(() => CrashOracle.AssertSound(database)),
        };
        // The next reader finds what there was, and the cache kept nothing bad.
        if (!works)
            Works(() => new Expectation(Expected.Acknowledged).Identify(database));
    }

    private void Commit(Database database)
    {
        ModelBucket next = Expected.Acknowledged.Clone();
        bool entered = false;
        try
        {
            using WriteTransaction tx = database.BeginWrite();
            workload(tx, next, random);
            entered = true;
            tx.Commit();
        }
        catch (DatabaseFailedException)
        {
            // Without one that entered, a write of a spilled page failed: nothing was committed.
            if (entered) Expected = Expected with { InFlight = next };
            if (!database.GetStatistics().IsFailed)
                throw new CrashFailure("a commit of unknown outcome left the database writable");
            throw;
        }

        Expected = new Expectation(next);
    }

    private void RollBack(Database database)
    {
        using WriteTransaction tx = database.BeginWrite();
        workload(tx, Expected.Acknowledged.Clone(), random);
    }

    /// <summary>Once it has failed, it reads what was acknowledged and writes nothing.</summary>
    private void CheckFailed(Database database)
    {
        if (!database.GetStatistics().IsFailed) return;
        Works(() => new Expectation(Expected.Acknowledged).Identify(database));
        try
        {
            database.BeginWrite().Dispose();
        }
        catch (DatabaseFailedException)
        {
            return;
        }

        throw new CrashFailure("a write began after a write or flush had failed");
    }

    /// <summary>Whether it ends as without a fault; else a fault must be why not.</summary>
    private bool Works(Action work)
    {
        int before = disk.Faults.HappenedCount;
        try
        {
            work();
            return true;
        }
        catch (Exception told) when (told
            is IOException or DatabaseFailedException or DatabaseFullException)
        {
            if (disk.Faults.HappenedCount > before || told is DatabaseFailedException
                && disk.Faults.HappenedCount > 0) return false;
            throw new CrashFailure($"failed without a fault: {told.Message}", told);
        }
    }
}
