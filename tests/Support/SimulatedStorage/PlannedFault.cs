namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>A fault that waits for its operation.</summary>
internal sealed record PlannedFault(
    DiskOperation? Operation, string? Suffix, DiskFault Fault, bool Lasting, long ToOffset)
{
    /// <summary>Operations until it happens.</summary>
    public int Remaining { get; set; }
}
