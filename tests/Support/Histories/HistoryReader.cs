using System.Buffers.Binary;
using Xunit;

namespace KvCow.Tests.Support.Histories;

/// <summary>Checks snapshots against the state of exactly their commit.</summary>
internal sealed class HistoryReader(Database database, History history, Random random)
{
    private readonly byte[] _expected = History.NewValueBuffer();
    private readonly byte[] _actual = History.NewValueBuffer();

    /// <summary>Entries compared so far, missing ones among them.</summary>
    public long ReadCount { get; private set; }

    public long SnapshotCount { get; private set; }

    /// <summary>One whole read transaction.</summary>
    public void CheckSnapshot()
    {
        int lowest = history.Acknowledged;
        using ReadTransaction tx = database.BeginRead();
        int highest = history.Entered;
        int commit = history.NumberOf(tx);
        Assert.InRange(commit, lowest, highest);
        SnapshotCount++;

        Bucket bucket = tx.OpenBucket(HistoryWriter.Bucket);
        Assert.Equal((ulong)commit, bucket.Sequence);
        switch (random.Next(3))
        {
            case 0:
                CheckScan(bucket, commit);
                CheckGets(bucket, commit, 50);
                CheckReverseScan(bucket, commit);
                break;
            case 1:
                CheckReverseScan(bucket, commit);
                break;
            default:
                CheckGets(bucket, commit, 400);
                CheckScan(bucket, commit);
                break;
        }
    }

    public void CheckScan(Bucket bucket, int commit)
    {
        ReadOnlySpan<ushort> writers = history.After(commit);
        int key = 0;
        foreach (EntryView entry in bucket)
        {
            while (key < writers.Length && writers[key] == 0) key++;
            CheckEntry(entry, key, writers);
            key++;
        }

        while (key < writers.Length && writers[key] == 0) key++;
        Assert.Equal(writers.Length, key);
    }

    public void CheckReverseScan(Bucket bucket, int commit)
    {
        ReadOnlySpan<ushort> writers = history.After(commit);
        int key = writers.Length - 1;
        long count = 0;
        foreach (EntryView entry in bucket.Reverse())
        {
            while (key >= 0 && writers[key] == 0) key--;
            CheckEntry(entry, key, writers);
            key--;
            count++;
        }

        Assert.Equal(bucket.Count, count);
        while (key >= 0 && writers[key] == 0) key--;
        Assert.Equal(-1, key);
    }

    public void CheckGets(Bucket bucket, int commit, int gets)
    {
        ReadOnlySpan<ushort> writers = history.After(commit);
        for (; gets > 0; gets--)
        {
            int key = random.Next(writers.Length);
            bool found = bucket.TryGet(History.Key(key), _actual, out int written);
            if (found != (writers[key] != 0)) Fail(key, writers);
            if (found && !IsValue(key, writers, _actual.AsSpan(0, written))) Fail(key, writers);
            ReadCount++;
        }
    }

    private void CheckEntry(EntryView entry, int key, ReadOnlySpan<ushort> writers)
    {
        if ((uint)key >= (uint)writers.Length
            || BinaryPrimitives.ReadInt64BigEndian(entry.Key) != key
            || !IsValue(key, writers, entry.Value))
        {
            Fail(key, writers);
        }

        ReadCount++;
    }

    private bool IsValue(int key, ReadOnlySpan<ushort> writers, ReadOnlySpan<byte> value) =>
        value.SequenceEqual(History.Value(key, writers[key], _expected));

    private static void Fail(int key, ReadOnlySpan<ushort> writers) => Assert.Fail(
        $"Key {key} is not as commit {((uint)key < writers.Length ? writers[key] : -1)} left it.");
}
