using Xunit;

namespace KvCow.Tests.Support.Histories;

/// <summary>Commits the run that a <see cref="History"/> describes, in one bucket.</summary>
internal sealed class HistoryWriter(Database database, History history, Random random)
{
    public const string Bucket = "run";

    private readonly byte[] _buffer = History.NewValueBuffer();

    /// <summary>Creates the empty bucket; its commit is number 0 of the history.</summary>
    public static History Begin(Database database, int keyCount, int commitCount)
    {
        using WriteTransaction tx = database.BeginWrite();
        tx.CreateBucket(Bucket);
        tx.Commit();
        return new History(keyCount, commitCount, tx.Id);
    }

    public void Commit()
    {
        ushort[] writers = history.CopyNewest();
        using WriteTransaction tx = database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket(Bucket);
        int commit = history.Entered + 1;
        // Deleting what is not there changes nothing, and no change is no commit: this one is.
        Assert.Equal((ulong)commit, bucket.NextSequence());
        // Now and then a third of the keys goes or comes, so that the tree shrinks and grows.
        int draw = random.Next(400);
        if (draw == 0) DeleteRange(bucket, writers);
        else if (draw == 1) Change(bucket, writers, commit, history.KeyCount / 3, deletes: 0);
        else Change(bucket, writers, commit, random.Next(1, 6), deletes: 20);
        if (random.Next(50) == 0) PutBackSomething();

        history.Enter(writers);
        tx.Commit();
        history.Acknowledge();

        void PutBackSomething()
        {
            // Undone by hand: the same keys get what the model says, over pages given back.
            int key = random.Next(history.KeyCount);
            bucket.Put(History.Key(key), new byte[5000]);
            if (writers[key] == 0) bucket.Delete(History.Key(key));
            else bucket.Put(History.Key(key), History.Value(key, writers[key], _buffer));
        }
    }

    /// <summary>Writes much and gives it up.</summary>
    public void RollBack()
    {
        using WriteTransaction tx = database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket(Bucket);
        Change(bucket, history.CopyNewest(), 65_000, 20, deletes: 30);
    }

    private void Change(
        WritableBucket bucket, ushort[] writers, int commit, int changes, int deletes)
    {
        for (; changes > 0; changes--)
        {
            int key = random.Next(history.KeyCount);
            bool delete = random.Next(100) < deletes;
            writers[key] = delete ? (ushort)0 : (ushort)commit;
            if (delete) bucket.Delete(History.Key(key));
            else bucket.Put(History.Key(key), History.Value(key, commit, _buffer));
        }
    }

    private void DeleteRange(WritableBucket bucket, ushort[] writers)
    {
        int from = random.Next(history.KeyCount);
        int to = Math.Min(from + (history.KeyCount / 3), history.KeyCount);
        bucket.DeleteRange(History.Key(from), History.Key(to));
        writers.AsSpan(from, to - from).Clear();
    }
}
