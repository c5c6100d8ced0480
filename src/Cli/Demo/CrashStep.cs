using System.Diagnostics;

namespace KvCow.Cli.Demo;

/// <summary>
/// Kills a process in the midst of its commits, opens its database again, and looks for every
/// commit that it had acknowledged; again and again on the same file.
/// </summary>
internal static class CrashStep
{
    private const int RoundCount = 5;

    public static void Run(string file, DemoReport report, CancellationToken ct)
    {
        // Another moment in every run: this is the one thing in the demo that is never repeated.
        DemoRandom random = new((ulong)Stopwatch.GetTimestamp());
        for (int round = 1; round <= RoundCount; round++)
        {
            ct.ThrowIfCancellationRequested();
            long acknowledged = RunAndKill(file, random, ct);
            report.Check(acknowledged > 0, $"the child process ended before its first commit");
            Check(file, round, acknowledged, report, ct);
        }
    }

    private static long RunAndKill(string file, DemoRandom random, CancellationToken ct)
    {
        using ChildProcess child = ChildProcess.Start(file);
        long commits = 10 + random.Below(150);
        for (long i = 0; i < commits && child.TryReadNumber(); i++)
            ct.ThrowIfCancellationRequested();

        // A commit takes about a millisecond: so the kill comes in any phase of one.
        TimeSpan pause = TimeSpan.FromMicroseconds(random.Below(3000));
        long start = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= pause);
        child.Kill();
        return child.LastNumber;
    }

    private static void Check(
        string file, int round, long acknowledged, DemoReport report, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        using Database database = DatabaseFile.OpenToChange(file);
        TimeSpan opened = Stopwatch.GetElapsedTime(start);
        using ReadTransaction tx = database.BeginRead();
        long last = NumberedCommits.ReadLast(tx);
        report.Check(last >= acknowledged, $"commit {acknowledged} was acknowledged, {last} found");
        report.Check(last <= acknowledged + 1, $"commit {last} was found after {acknowledged}");
        string? problem = NumberedCommits.FindProblem(tx);
        report.Check(problem is null, $"{problem}");
        report.WriteNote($"round {round}: killed after commit {acknowledged:N0}, reopened in "
            + $"{opened.TotalMilliseconds:N1} ms, commit {last:N0} found");
        report.WriteVerified("verify", database.Verify(null, ct));
    }
}
