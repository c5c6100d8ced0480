namespace KvCow.Tests.Support.Crash;

/// <summary>What a crash at this instant may leave, and nothing else.</summary>
/// <param name="Acknowledged">Content of all buckets at the last commit that returned.</param>
/// <param name="InFlight">Content at the commit entered and not yet returned; null if none.</param>
internal sealed record Expectation(ModelBucket Acknowledged, ModelBucket? InFlight = null)
{
    public static readonly Expectation Nothing = new(new ModelBucket());

    /// <summary>Says which of the two a database holds.</summary>
    /// <exception cref="CrashFailure">Neither.</exception>
    public ModelBucket Identify(Database database)
    {
        string? difference = ContentComparison.FindDifference(database, Acknowledged);
        if (difference is null) return Acknowledged;
        if (InFlight is null)
            throw new CrashFailure($"not the acknowledged commit: {difference}");

        string? other = ContentComparison.FindDifference(database, InFlight);
        return other is null
            ? InFlight
            : throw new CrashFailure(
                $"neither the acknowledged commit ({difference}) nor that in flight ({other})");
    }
}
