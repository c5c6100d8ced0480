using KvCow.Tests.Support;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>
/// A real process is killed again and again while it commits to a real file: 12 seeds of 10 kills.
/// </summary>
public sealed class KillTests
{
    private const int KillsPerSeed = 10;

    [Theory, Seeds(6, Shared = true)]
    public void Acknowledged_records_survive_a_kill_at_any_moment(int seed)
    {
        KillRun run = new(seed);
        run.AtAnyMoment(KillsPerSeed);
        Assert.Equal(KillsPerSeed, run.KillCount);
    }

    [Theory, Seeds(2, Shared = true)]
    public void They_survive_in_each_of_several_databases_that_one_process_had_open(int seed)
    {
        KillRun run = new(seed);
        run.OfManyAtAnyMoment(KillsPerSeed, databases: 8);
        Assert.Equal(KillsPerSeed, run.KillCount);
        Assert.Equal(8 * KillsPerSeed, run.DatabaseCount);
    }

    [Theory, Seeds(4, Shared = true)]
    public void Acknowledged_records_survive_a_kill_at_an_exact_system_call(int seed)
    {
        KillRun run = new(seed);
        run.AtExactCalls(KillsPerSeed);
        Assert.Equal(KillsPerSeed, run.KillCount);
    }
}
