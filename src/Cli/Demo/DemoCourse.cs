using System.Diagnostics;
using KvCow.Cli.Output;

namespace KvCow.Cli.Demo;

/// <summary>The steps of the demo in their order, in a folder of their own.</summary>
internal sealed class DemoCourse(DemoOptions options, DemoReport report, CancellationToken ct)
{
    private const double BytesPerMebibyte = 1 << 20;

    private readonly DemoOptions _options = options;
    private readonly DemoReport _report = report;
    private readonly CancellationToken _ct = ct;

    /// <summary>Runs the demo; returns its exit code.</summary>
    public static int Run(DemoOptions options, CancellationToken ct)
    {
        DemoReport report = new(Terminal.StandardOutput());
        string folder = Path.Combine(options.ParentFolder,
            $"kvcow-demo-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        try
        {
            new DemoCourse(options, report, ct).Run(folder);
        }
        finally
        {
            if (options.Keep) report.WriteNote($"files kept in {folder}");
            else Directory.Delete(folder, recursive: true);
        }

        report.WriteVerdict();
        return report.ProblemCount == 0 ? ExitCode.Done : ExitCode.Corrupt;
    }

    private void Run(string folder)
    {
        string file = Path.Combine(folder, "demo.kvcow");
        _report.WriteNote($"database {file}");
        DatabaseOptions open = new() { CacheBytes = _options.CacheBytes };
        using (Database database = Database.Open(file, open))
        {
            RunSteps(new DemoRun(database, _options, _report, _ct));
        }

        _report.WriteHeading("Verify after reopening");
        using (Database database = Database.Open(file, open)) Verify(database);

        _report.WriteHeading("A process that commits, killed at a random moment");
        CrashStep.Run(Path.Combine(folder, "crash.kvcow"), _report, _ct);

        _report.WriteHeading("Memory");
        using Process self = Process.GetCurrentProcess();
        _report.WriteNote($"peak resident {self.PeakWorkingSet64 / BytesPerMebibyte:N0} MiB, "
            + $"of it at most {_options.CacheBytes / BytesPerMebibyte:N0} MiB pages (the budget)");
    }

    private void RunSteps(DemoRun run)
    {
        _report.WriteHeading("Generated pairs: 24 bytes of key, 150 of value");
        InsertStep.Run(run);
        LookUpStep.Run(run);
        ScanStep.Run(run);
        CountRangeStep.Run(run);
        WriteFileSize(run.Database);
        RemoveHalfStep.Run(run);
        WriteFileSize(run.Database);
        _report.WriteHeading("Real records: files of the packages installed here");
        PackageFilesStep.Run(run);
        _report.WriteHeading("Snapshots beside a writer, each checked as a whole");
        ReadersStep.Run(run);
    }

    private void Verify(Database database)
    {
        long pages = database.GetStatistics().PageCount;
        VerifyReport? verified = null;
        _report.Run("read and check every page", pages, "pages", progress =>
            verified = database.Verify(new PageProgress(progress), _ct));
        if (verified is not null) _report.WriteVerified("result", verified);
    }

    private void WriteFileSize(Database database)
    {
        DatabaseStatistics statistics = database.GetStatistics();
        double mebibytes = statistics.PageCount * (double)statistics.PageBytes / BytesPerMebibyte;
        _report.WriteNote($"file {mebibytes:N1} MiB, {statistics.FreePages:N0} of "
            + $"{statistics.PageCount:N0} pages free");
    }
}
