using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>How thoroughly a run crashes, and what it does with the states.</summary>
internal sealed record CrashPlan
{
    public StoreOptions Options { get; init; } = CrashOptions.Full;

    /// <summary>The run ends when so many different states have been checked.</summary>
    public required int StateCount { get; init; }

    /// <summary>Most states drawn at one instant.</summary>
    public int StatesPerPoint { get; init; } = 10;

    /// <summary>Every so many states get three more commits and are opened again.</summary>
    public int FurtherCommitsEvery { get; init; } = 8;

    /// <summary>
    /// Most states drawn at each instant of opening and closing a state: crashes within recovery.
    /// </summary>
    public int NestedStatesPerPoint { get; init; }

    /// <summary>Done to every state before it is opened.</summary>
    public Action<SimulatedDisk, Random>? Damage { get; init; }
}
