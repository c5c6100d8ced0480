namespace KvCow.Bench.Instructions;

/// <summary>What <see cref="SingleStepper"/> has seen; sent as JSON.</summary>
internal sealed record StepCounts
{
    /// <summary>Instructions of each call.</summary>
    public List<int> Calls { get; init; } = [];

    /// <summary>How often the instruction at an address was executed, in all calls.</summary>
    public Dictionary<ulong, int> Addresses { get; init; } = [];
}
