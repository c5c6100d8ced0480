using KvCow.Tests.Support;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>
/// Two processes, and two handles of one, race to open or create the same file: 50 races.
/// </summary>
public sealed class OpenRaceTests
{
    private const int RacesPerProcess = 5;

    [Theory, Seeds(4, Shared = true)]
    public void Of_two_processes_one_opens_and_the_other_is_told_by_whom_it_is_kept(int seed)
    {
        using OpenRaceRun run = new();
        run.BetweenProcesses(seed, RacesPerProcess);
    }

    [Fact]
    public void A_process_that_waits_gets_the_file_when_it_is_released()
    {
        using OpenRaceRun run = new();
        run.WithWaiting(RacesPerProcess);
    }

    [Theory, Seeds(25, Shared = true)]
    public void Of_two_handles_one_opens_and_the_other_is_refused_or_waits(int seed)
    {
        using OpenRaceRun run = new();
        run.BetweenHandles(seed);
    }
}
