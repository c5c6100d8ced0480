using System.Diagnostics;

namespace KvCow.Cli.Demo;

/// <summary>
/// Real records: the checksum of every file of every package that Debian installed here, a nested
/// bucket <c>dpkg/&lt;package&gt;</c> for each package, path to checksum.
/// </summary>
internal static class PackageFilesStep
{
    private const string ListsFolder = "/var/lib/dpkg/info";
    private const string ListSuffix = ".md5sums";
    private const string TopBucket = "dpkg";

    public static void Run(DemoRun run)
    {
        string[] lists = Directory.Exists(ListsFolder)
            ? Directory.GetFiles(ListsFolder, "*" + ListSuffix)
            : [];
        if (lists.Length == 0)
        {
            run.Report.WriteNote($"no {ListsFolder}/*{ListSuffix} on this machine: skipped");
            return;
        }

        run.Report.Run($"import {lists.Length} packages", null, "records",
            _ => Import(run, lists));
        run.Report.Run("look up each record", null, "records", _ => LookUp(run, lists));
        Query(run, "usr/share/doc/");
        Query(run, "usr/bin/");
    }

    private static long Import(DemoRun run, string[] lists)
    {
        long records = 0;
        int next = 0;
        while (next < lists.Length)
        {
            run.Token.ThrowIfCancellationRequested();
            using WriteTransaction tx = run.Database.BeginWrite(run.Token);
            WritableBucket top = tx.OpenOrCreateBucket(TopBucket);
            long batch = 0;
            while (next < lists.Length && batch < BatchLimit.EntriesMax)
                batch += Import(top, lists[next++]);
            tx.Commit();
            records += batch;
        }

        return records;
    }

    private static long Import(WritableBucket top, string list)
    {
        WritableBucket bucket = top.OpenOrCreateBucket(PackageOf(list));
        ReadOnlySpan<byte> text = File.ReadAllBytes(list);
        while (PackageRecord.TryRead(ref text, out PackageRecord record))
            bucket.Put(record.Path, record.Checksum);
        return bucket.Count;
    }

    private static long LookUp(DemoRun run, string[] lists)
    {
        using ReadTransaction tx = run.Database.BeginRead();
        Bucket top = tx.OpenBucket(TopBucket);
        long lookedUp = 0;
        Span<byte> found = stackalloc byte[PackageRecord.ChecksumBytes];
        foreach (string list in lists)
        {
            run.Token.ThrowIfCancellationRequested();
            Bucket bucket = top.OpenBucket(PackageOf(list));
            ReadOnlySpan<byte> text = File.ReadAllBytes(list);
            while (PackageRecord.TryRead(ref text, out PackageRecord record))
            {
                bool isThere = bucket.TryGet(record.Path, found, out int length)
                    && record.Checksum.AsSpan().SequenceEqual(found[..length]);
                run.Report.Check(isThere, $"a record of {PackageOf(list)} is missing or differs");
                lookedUp++;
            }
        }

        return lookedUp;
    }

    // All paths that begin alike, over all packages: counted by the tree, then by a scan.
    private static void Query(DemoRun run, string prefix)
    {
        using ReadTransaction tx = run.Database.BeginRead();
        Bucket top = tx.OpenBucket(TopBucket);
        byte[] prefixBytes = System.Text.Encoding.UTF8.GetBytes(prefix);
        long start = Stopwatch.GetTimestamp();
        long counted = 0;
        long packages = 0;
        foreach (byte[] name in top.ListBuckets())
        {
            long count = top.OpenBucket(name).Prefix(prefixBytes).Count();
            counted += count;
            if (count > 0) packages++;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        long scanned = 0;
        foreach (byte[] name in top.ListBuckets())
        {
            foreach (EntryView entry in top.OpenBucket(name).Prefix(prefixBytes))
            {
                if (entry.Key.StartsWith(prefixBytes)) scanned++;
            }
        }

        run.Report.Check(counted == scanned, $"{prefix}: {counted:N0} counted, {scanned:N0} found");
        run.Report.WriteNote($"{prefix}*: {counted:N0} files of {packages:N0} packages, counted "
            + $"in {time.TotalMilliseconds:N1} ms");
    }

    private static string PackageOf(string list) => Path.GetFileName(list)[..^ListSuffix.Length];
}
