using System.Diagnostics;
using System.Globalization;
using KvCow.Cli.Output;

namespace KvCow.Cli.Demo;

/// <summary>Prints what the demo does, how fast it went, and what was wrong.</summary>
internal sealed class DemoReport(Terminal terminal)
{
    // Enough to see what is going on when everything is wrong.
    private const int ProblemsShownMax = 20;

    private readonly Terminal _terminal = terminal;

    // Guards the count of problems and the lines that tell them: threads report too.
    private readonly Lock _gate = new();
    private int _problemCount;

    public int ProblemCount
    {
        get
        {
            lock (_gate) return _problemCount;
        }
    }

    public void WriteHeading(string text)
    {
        _terminal.WriteLine("");
        _terminal.WriteLine(text, "bold");
    }

    public void WriteNote(string text) => _terminal.WriteLine("  " + text, "grey");

    /// <summary>The demo's last line.</summary>
    public void WriteVerdict()
    {
        _terminal.WriteLine("");
        if (ProblemCount == 0)
        {
            _terminal.WriteLine("All checks passed.", "green");
            return;
        }

        _terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ProblemCount} CHECKS FAILED."), "red");
    }

    /// <summary>Runs a step under a progress bar; prints its time and rate.</summary>
    /// <param name="title">What is done, in a few words.</param>
    /// <param name="count">How many times; the work reports its progress in the same unit.</param>
    /// <param name="unit">Of what.</param>
    /// <param name="work">Reports now and then how much is done.</param>
    public void Run(string title, long count, string unit, Action<Action<double>> work) =>
        Run(title, count, unit, progress =>
        {
            work(progress);
            return count;
        });

    /// <summary>The same, where only the work finds out how many there are.</summary>
    public void Run(string title, long? total, string unit, Func<Action<double>, long> work)
    {
        long start = Stopwatch.GetTimestamp();
        long count = _terminal.ShowProgress(title, total, work);
        WriteRate(title, count, unit, Stopwatch.GetElapsedTime(start));
    }

    public void WriteRate(string title, long count, string unit, TimeSpan time)
    {
        double seconds = Math.Max(time.TotalSeconds, 1e-6);
        _terminal.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {title,-27}{count,12:N0} {unit,-10}{seconds,8:N2} s{count / seconds,13:N0}/s"));
    }

    /// <summary>Tells a problem if the condition does not hold.</summary>
    public void Check(bool holds, FormattableString problem)
    {
        if (!holds) AddProblem(problem.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Prints each finding, or that there is none.</summary>
    public void WriteVerified(string title, VerifyReport verified)
    {
        foreach (VerifyFinding finding in verified.Findings)
            Check(false, $"page {finding.PageId}, bucket '{finding.Bucket}': {finding.Problem}");
        if (!verified.IsSound) return;
        WriteNote($"{title}: sound, {verified.PagesVerified:N0} pages, depth {verified.Depth}");
    }

    private void AddProblem(string problem)
    {
        lock (_gate)
        {
            _problemCount++;
            if (_problemCount > ProblemsShownMax) return;
            _terminal.WriteLine($"  WRONG: {problem}", "red");
        }
    }
}
