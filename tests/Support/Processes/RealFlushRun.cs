using KvCow.Tests.Crash.Child;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Support.Processes;

/// <summary>
/// A flush of a real process fails under the real kernel: it says so, tries no other flush, and
/// all that it had acknowledged is there when the file is opened again.
/// </summary>
internal static class RealFlushRun
{
    private const int ToldExitCode = 4;

    /// <summary>The flushes that a short run is sure to make, with those of its close.</summary>
    private const int FlushesMax = 60;

    private static readonly string[] Errors = ["EIO", "ENOSPC", "EROFS", "EDQUOT"];

    /// <summary>Whether errors can be injected here.</summary>
    public static bool IsPossible => ChildProcess.CanKillAtCalls;

    /// <param name="seed">Says which flush fails, and how.</param>
    public static void Run(int seed)
    {
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("failing.kvcow");
        string trace = folder.FileNamed("trace");
        string error = Errors[seed % Errors.Length];
        using ChildProcess child = ChildProcess.StartToFailAt(
            path, "fdatasync", 1 + (seed * 7 % FlushesMax), error, trace);
        int acknowledged = child.ReadAcknowledged(int.MaxValue);
        int exitCode = child.WaitForEnd();
        string[] calls = File.ReadAllLines(trace);
        int at = Array.FindIndex(calls, static call => call.Contains("(INJECTED)"));
        if (at < 0) throw new CrashFailure($"only {calls.Length} flushes: none failed");
        // Commits share flushes, so it may be one of the close: nobody is owed anything by then.
        bool isOfClose = exitCode == 0 && acknowledged == ChildProcess.ShortCount;
        if (exitCode != ToldExitCode && !isOfClose)
            throw new CrashFailure($"{error} was not told: exit code {exitCode}");
        int later = calls.Skip(at + 1).Count(static call => call.Contains("fdatasync("));
        if (later > 0) throw new CrashFailure($"{later} flushes were tried after {error}");

        int count = RecordCheck.Run(path);
        if (count < acknowledged || count > acknowledged + 1)
            throw new CrashFailure($"{count} records where {acknowledged} were acknowledged");
    }
}
