using System.Diagnostics;

namespace KvCow.Cli.Demo;

/// <summary>Lets threads check snapshot after snapshot while a writer commits.</summary>
internal static class ReadersStep
{
    private const int CommitCount = 400;

    public static void Run(DemoRun run)
    {
        run.Database.Write(Accounts.Open);
        using CancellationTokenSource writerEnded = new();
        Task<long>[] readers = [.. Enumerable.Range(0, run.Options.Readers).Select(_ =>
            Task.Factory.StartNew(() => CheckSnapshots(run, writerEnded.Token),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        long start = Stopwatch.GetTimestamp();
        long snapshots = 0;
        try
        {
            string title = $"commit beside {run.Options.Readers} readers";
            run.Report.Run(title, CommitCount, "commits", progress => Commit(run, progress));
        }
        finally
        {
            // Also after a failure: the database must not be closed under the readers.
            writerEnded.Cancel();
            snapshots = Task.WhenAll(readers).GetAwaiter().GetResult().Sum();
        }

        run.Report.WriteRate("snapshots checked meanwhile", snapshots, "snapshots",
            Stopwatch.GetElapsedTime(start));
        using ReadTransaction tx = run.Database.BeginRead();
        long commits = Accounts.ReadCommits(tx);
        run.Report.Check(commits == CommitCount, $"{commits} commits are counted at the end");
    }

    private static void Commit(DemoRun run, Action<double> progress)
    {
        DemoRandom random = new(2);
        for (int i = 0; i < CommitCount; i++)
        {
            run.Token.ThrowIfCancellationRequested();
            run.Database.Write(tx => Accounts.Move(tx, random));
            progress(i);
        }
    }

    // At least one snapshot, so that a fast writer does not leave a reader without a check.
    private static long CheckSnapshots(DemoRun run, CancellationToken writerEnded)
    {
        long snapshots = 0;
        long commitsBefore = 0;
        ulong idBefore = 0;
        do
        {
            using ReadTransaction tx = run.Database.BeginRead();
            long commits = Accounts.ReadCommits(tx);
            string? problem = Accounts.FindProblem(tx);
            run.Report.Check(problem is null, $"{problem}");
            run.Report.Check(Accounts.ReadCommits(tx) == commits, $"a snapshot changed");
            run.Report.Check(commits >= commitsBefore && tx.Id >= idBefore,
                $"a later snapshot is older than the one before");
            commitsBefore = commits;
            idBefore = tx.Id;
            snapshots++;
        }
        while (!writerEnded.IsCancellationRequested);
        return snapshots;
    }
}
