namespace KvCow.Cli.Demo;

/// <summary>What every step of the demo works with.</summary>
/// <param name="Database">Open for writing.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Report">Where rates and problems go.</param>
/// <param name="Token">Cancelled by Ctrl-C.</param>
internal sealed record DemoRun(
    Database Database, DemoOptions Options, DemoReport Report, CancellationToken Token)
{
    /// <summary>Bucket of the generated pairs.</summary>
    public const string PairsBucket = "pairs";

    /// <summary>
    /// Changes a bucket for each of the numbers from 0 to below <paramref name="count"/>, in
    /// batches of one commit each.
    /// </summary>
    public void WriteInBatches(string bucketName, long count, Action<double> progress,
        Action<WritableBucket, long> change)
    {
        BatchLimit limit = new(Database);
        long done = 0;
        while (done < count)
        {
            Token.ThrowIfCancellationRequested();
            using WriteTransaction tx = Database.BeginWrite(Token);
            WritableBucket bucket = tx.OpenOrCreateBucket(bucketName);
            int entries = 0;
            do
            {
                change(bucket, done++);
                entries++;
            }
            while (done < count && !limit.IsReached(entries));
            tx.Commit();
            progress(done);
        }
    }

    /// <summary>True every thousandth time, to say how far a loop is and to heed Ctrl-C.</summary>
    public bool IsPause(long step)
    {
        if (step % 1000 != 0) return false;
        Token.ThrowIfCancellationRequested();
        return true;
    }
}
