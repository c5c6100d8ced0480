using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace KvCow.Tests.Memory;

/// <summary>Changes and reads far more than fits in memory, and tells what it took.</summary>
internal static class BudgetRun
{
    private const int ValueBytes = 900;

    /// <summary>Random puts change a page each; so many of a hundred entries are.</summary>
    private const int RandomPercent = 2;

    private const int EntriesPerFigure = 1000;

    /// <summary>One transaction of so many bytes of pages.</summary>
    public static void Change(Database database, long bytes)
    {
        Stopwatch time = Stopwatch.StartNew();
        using WriteTransaction tx = database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        byte[] value = new byte[ValueBytes];
        long entries = bytes / (database.PageBytes / (database.PageBytes / ValueBytes));
        long most = 0;
        for (long i = 0; i < entries; i++) Put(bucket, value, i, database, ref most);
        Tell("ascending puts", time, database, most);

        Random random = new(1);
        for (long i = entries * RandomPercent / 100; i > 0; i--)
            Put(bucket, value, random.NextInt64(entries), database, ref most);
        Tell("random puts", time, database, most);
        using (Savepoint savepoint = tx.CreateSavepoint())
        {
            for (long i = entries * RandomPercent / 100; i > 0; i--)
                Put(bucket, value, random.NextInt64(entries), database, ref most);
        }

        Tell("a savepoint undone", time, database, most);
        tx.Commit();
        Tell("commit", time, database, most);
    }

    public static void Scan(Database database)
    {
        Stopwatch time = Stopwatch.StartNew();
        using ReadTransaction tx = database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        long entries = 0;
        long bytes = 0;
        foreach (EntryView entry in bucket)
        {
            if (BinaryPrimitives.ReadInt64BigEndian(entry.Key) != entries)
                throw new InvalidOperationException($"Entry {entries} is missing.");
            entries++;
            bytes += entry.Key.Length + entry.Value.Length;
        }

        if (entries != bucket.Count) throw new InvalidOperationException("Entries are missing.");
        Tell($"scan of {bytes >> 20} MiB in {entries} entries", time, database, 0);
        VerifyReport report = database.Verify();
        if (!report.IsSound) throw new InvalidOperationException(report.Findings[0].ToString());
        Tell("verify", time, database, 0);
    }

    private static void Put(
        WritableBucket bucket, byte[] value, long number, Database database, ref long most)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        BinaryPrimitives.WriteInt64BigEndian(value, number);
        bucket.Put(key, value);
        if (number % EntriesPerFigure != 0) return;
        DatabaseStatistics figures = database.GetStatistics();
        most = Math.Max(most, figures.CacheBytes + figures.DirtyBytes);
    }

    private static void Tell(string what, Stopwatch time, Database database, long most)
    {
        DatabaseStatistics figures = database.GetStatistics();
        most = Math.Max(most, figures.CacheBytes + figures.DirtyBytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: file {figures.FileBytes >> 20} MiB, pages in memory at most "
            + $"{most / 1e6:N1} MB of {figures.BudgetBytes / 1e6:N1} MB, peak resident "
            + $"{PeakMemory.ReadBytes() / 1e6:N0} MB, {time.Elapsed.TotalSeconds:N0} s"));
    }
}
