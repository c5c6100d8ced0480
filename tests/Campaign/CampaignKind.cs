namespace KvCow.Tests.Campaign;

/// <summary>One seed's work: a run that the tests make too. Throws if a promise breaks.</summary>
/// <param name="seed">Every choice follows from it.</param>
/// <param name="size">How much the seed does: less to find a smaller case.</param>
/// <returns>How many cases were tried.</returns>
internal delegate long SeededRun(int seed, int size);

/// <summary>One row of the table of faults, to be tried far oftener than the gate does.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Cases">What is counted: states, kills, schedules.</param>
/// <param name="Goal">How many there should be in the end.</param>
/// <param name="Size">Size of a run when nothing is being shrunk.</param>
/// <param name="Run">Makes the cases of one seed.</param>
internal sealed record CampaignKind(
    string Name, string Cases, long Goal, int Size, SeededRun Run)
{
    /// <summary>Runs of real processes or of static schedulers go one at a time.</summary>
    public bool IsSerial { get; init; }
}
