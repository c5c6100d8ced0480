namespace KvCow.Tests.Crash.Child;

/// <summary>Opens what a kill or a power cut left, and looks at all of it.</summary>
public static class RecordCheck
{
    /// <summary>Returns how many records there are: 1 to that number, each as it was put.</summary>
    /// <param name="path">The database.</param>
    /// <exception cref="InvalidDataException">Something is wrong.</exception>
    public static int Run(string path)
    {
        using Database database = Database.Open(path);
        VerifyReport report = database.Verify();
        if (!report.IsSound) throw new InvalidDataException($"not sound: {report.Findings[0]}");
        using ReadTransaction tx = database.BeginRead();
        int number = 0;
        if (tx.TryOpenBucket(Records.Bucket) is { } bucket)
        {
            foreach (EntryView entry in bucket)
            {
                number++;
                if (entry.Key.SequenceEqual(Records.Key(number))
                    && entry.Value.SequenceEqual(Records.Value(number))) continue;
                throw new InvalidDataException($"record {number} is not as it was put");
            }
        }

        long ballast = tx.TryOpenBucket(Records.Ballast)?.Count ?? 0;
        return ballast == (Records.HasBallast(number) ? 1 : 0)
            ? number
            : throw new InvalidDataException($"{ballast} long values beside {number} records");
    }
}
