using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>Puts of new values for random keys, a number of them per commit.</summary>
internal sealed class PutWorkload(string name) : Workload(name)
{
    public int Threads { get; init; } = 1;

    /// <summary>Commits of all threads together.</summary>
    public required int Commits { get; init; }

    public int PutsPerCommit { get; init; } = 1;

    public bool Flushes { get; init; } = true;

    /// <summary>Writers are tasks where a peer has them, and threads where not.</summary>
    public bool PrefersTasks { get; init; }

    /// <summary>Tasks do not share transactions, where they could.</summary>
    public bool IsAlone { get; init; }

    public override StartingPoint Start => StartingPoint.Copied;

    public override bool IsDurable => Flushes;

    public override int WarmUpRounds => 3;

    private int CommitsPerWriter => Commits / Threads;

    public override void Change(ExpectedState state, int round)
    {
        for (int n = 0; n < Threads; n++)
        {
            SplitMix random = new(SeedOf(round, n));
            for (int p = 0; p < CommitsPerWriter * PutsPerCommit; p++)
            {
                state.Put(random.Below(state.Count), VersionOf(round));
            }
        }
    }

    public override Sample Run(Trial trial) => PrefersTasks && trial.Engine.WritesAsynchronously
        ? RunTasks(trial)
        : RunThreads(trial);

    /// <summary>Puts random records of a database, all of one version.</summary>
    public static long PutAll(
        IWriter writer, ulong seed, int count, int commits, int putsPerCommit, int version)
    {
        SplitMix random = new(seed);
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        for (int c = 0; c < commits; c++)
        {
            writer.Begin();
            for (int p = 0; p < putsPerCommit; p++)
            {
                long i = random.Below(count);
                Records.WriteKey(i, key);
                Records.WriteValue(i, version, value);
                writer.Put(key, value);
            }

            writer.Commit();
        }

        return 0;
    }

    private static int VersionOf(int round) => round + 1;

    private static ulong SeedOf(int round, int writer) => (ulong)((round * 1000) + writer + 9000);

    private Sample RunThreads(Trial trial)
    {
        IWriter[] writers = [.. Enumerable.Range(0, Threads)
            .Select(_ => trial.Engine.OpenWriter())];
        Sample sample = Meter.Measure((long)CommitsPerWriter * PutsPerCommit * Threads, Threads,
            n => PutAll(writers[n], SeedOf(trial.Round, n), trial.Count, CommitsPerWriter,
                PutsPerCommit, VersionOf(trial.Round)), trial.Engine.Settle);
        foreach (IWriter writer in writers) writer.Dispose();
        return sample;
    }

    private Sample RunTasks(Trial trial) => Meter.Measure((long)CommitsPerWriter * Threads, () =>
    {
        Task[] tasks = [.. Enumerable.Range(0, Threads)
            .Select(n => Task.Run(() => PutAllAsync(SeedOf(trial.Round, n), trial)))];
        Task.WaitAll(tasks);
        return 0;
    }, trial.Engine.Settle);

    private async Task PutAllAsync(ulong seed, Trial trial)
    {
        SplitMix random = new(seed);
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        for (int c = 0; c < CommitsPerWriter; c++)
        {
            long i = random.Below(trial.Count);
            Records.WriteKey(i, key);
            Records.WriteValue(i, VersionOf(trial.Round), value);
            await trial.Engine.PutAsync(key, value, IsAlone);
        }
    }
}
