namespace KvCow.Tests.Support;

/// <summary>
/// The gate runs every test in Debug, for the asserts, and in Release, as it is shipped. Suites of
/// many thousand cases reach their number over both together: odd seeds run in Debug, even ones in
/// Release. Outside the gate, which sets CI, each run has all of them.
/// </summary>
internal static class GateHalf
{
#if DEBUG || DEBUG_HALF
    private const bool IsDebug = true;
#else
    private const bool IsDebug = false;
#endif

    private static readonly bool IsGate = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Whether a seed belongs to this half.</summary>
    public static bool Has(int seed) => !IsGate || seed % 2 == 1 == IsDebug;
}
