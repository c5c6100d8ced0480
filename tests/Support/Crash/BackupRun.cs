using KvCow.Engine.Backups;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Backups and restores of one random database, with the source committing meanwhile, and crashes
/// at every operation on the target: it is absent or old, or it is whole; in the end it is whole.
/// </summary>
internal sealed class BackupRun(int seed, BackupMode mode)
{
    private const int StatesPerPoint = 24;

    private readonly Random _random = new(seed);
    private readonly CrashPlan _plan = new()
    {
        StateCount = 0,
        Options = CrashOptions.InTurn(seed),
    };

    /// <summary>Returns how many states were checked.</summary>
    public int Run()
    {
        CrashOracle oracle = new(_plan, _random);
        SimulatedDisk sourceDisk = new();
        using Database source = Database.Open(sourceDisk.OpenStorage(), _plan.Options);
        ModelBucket content = Fill(source, new ModelBucket(), 40);

        // Where to: nothing, or a database that crashed with its log beside it.
        SimulatedDisk target = new();
        ModelBucket old = new();
        bool overwrite = seed % 3 != 0;
        if (overwrite) (target, old) = MakeCrashed();
        BackupOptions options = new() { Mode = mode, Overwrite = overwrite };
        ModelBucket now = content;
        Watched(target, old, content, oracle, () =>
        {
            using ReadTransaction tx = source.BeginRead();
            now = Fill(source, content, 3);
            tx.BackupTo(target.OpenStorage(), options, new Committing(() =>
                now = Fill(source, now, 1)));
        });
        CrashOracle.AssertSound(source);
        new Expectation(now).Identify(source);

        // And from there on to a third place.
        SimulatedDisk restored = new();
        old = new ModelBucket();
        if (overwrite) (restored, old) = MakeCrashed();
        Watched(restored, old, content, oracle, () =>
            new Restoring(restored.OpenStorage(), overwrite, null, CancellationToken.None)
                .RestoreFrom(target.OpenStorage()));
        RefuseDamaged(target);
        return oracle.StateCount;
    }

    private static void Watched(SimulatedDisk disk, ModelBucket old, ModelBucket content,
        CrashOracle oracle, Action work)
    {
        CrashPoints points = new(disk, new Random(disk.Names.Count), StatesPerPoint)
        {
            Expected = new Expectation(old, content),
            Check = oracle.Check,
        };
        points.Start();
        work();
        points.Expected = new Expectation(content);
        points.CrashHere();
        points.Stop();
        if (disk.Names is not [""])
            throw new CrashFailure($"there are files {string.Join(", ", disk.Names)}");
    }

    private (SimulatedDisk Disk, ModelBucket Content) MakeCrashed()
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), _plan.Options);
        ModelBucket content = Fill(database, new ModelBucket(), 12);
        SimulatedDisk crashed = disk.Fork();
        // Whatever a kill leaves is durable before the next try.
        return (CrashStates.Enumerate(crashed, _random, 1).First(), content);
    }

    private ModelBucket Fill(Database database, ModelBucket content, int commits)
    {
        for (int i = 0; i < commits; i++)
        {
            content = content.Clone();
            using WriteTransaction tx = database.BeginWrite();
            Workload change = _random.Next(3) switch
            {
                0 => SmallChanges.Apply,
                1 => LargeChanges.Apply,
                _ => BucketChanges.Apply,
            };
            change(tx, content, _random);
            tx.Commit();
        }

        return content;
    }

    /// <summary>One bit of a page in use, and the backup is refused, and nothing made.</summary>
    private void RefuseDamaged(SimulatedDisk backup)
    {
        byte[] bytes = backup.ReadAll("");
        int page = _random.Next(bytes.Length / _plan.Options.PageBytes);
        Span<byte> hurt = bytes.AsSpan(page * _plan.Options.PageBytes, _plan.Options.PageBytes);
        if (hurt.IndexOfAnyExcept((byte)0) < 0) return; // A free page: its bytes say nothing.
        hurt[_random.Next(hurt.Length)] ^= (byte)(1 << _random.Next(8));
        SimulatedDisk target = new();
        try
        {
            using MemoryStream stream = new(bytes);
            new Restoring(target.OpenStorage(), false, null, CancellationToken.None)
                .RestoreFrom(stream);
        }
        catch (CorruptPageException)
        {
            if (target.Names.Count > 0) throw new CrashFailure("a refused restore left a file");
            return;
        }

        throw new CrashFailure($"a backup with a damaged page {page} was restored");
    }

    private sealed class Committing(Action commit) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => commit();
    }
}
