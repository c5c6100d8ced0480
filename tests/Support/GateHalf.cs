namespace KvCow.Tests.Support;

/// <summary>
/// The gate runs every test in Debug, for the asserts, and in Release, as it is shipped. Suites of
/// many thousand cases reach their number over both together: every third seed runs in Debug, which
/// is slower, the others in Release. Outside the gate, which sets CI, each run has all of them.
/// </summary>
internal static class GateHalf
{
#if DEBUG || DEBUG_HALF
    private const bool IsDebug = true;
#else
    private const bool IsDebug = false;
#endif

    private static readonly bool IsGate = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Whether a seed belongs to this part.</summary>
    public static bool Has(int seed) => !IsGate || seed % 3 == 1 == IsDebug;
}
