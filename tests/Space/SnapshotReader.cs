using System.Buffers.Binary;
using System.Diagnostics;

namespace KvCow.Tests.Space;

/// <summary>Takes snapshots one after the other and checks a part of each.</summary>
internal sealed class SnapshotReader(Database database, long count, int seed)
{
    public long Snapshots { get; private set; }

    public long Entries { get; private set; }

    public TimeSpan LongestBegin { get; private set; }

    public void Run(CancellationToken ct)
    {
        Random random = new(seed);
        while (!ct.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            using ReadTransaction tx = database.BeginRead();
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            if (taken > LongestBegin) LongestBegin = taken;
            Check(tx, random);
            Snapshots++;
        }
    }

    private void Check(ReadTransaction tx, Random random)
    {
        Bucket bucket = tx.OpenBucket("entries");
        if (bucket.Count != count) throw new InvalidOperationException($"{bucket.Count} entries");
        long index = random.NextInt64(count);
        byte[] from = bucket.ElementAt(index).Key;
        byte[] last = [];
        int checkedNow = 0;
        foreach (EntryView entry in bucket.From(from))
        {
            long number = BinaryPrimitives.ReadInt64BigEndian(entry.Key[8..]);
            if (!entry.Key.SequenceEqual(Space.Entries.Key(number))
                || !entry.Value.SequenceEqual(Space.Entries.Value(number, 0))
                || entry.Key.SequenceCompareTo(last) <= 0)
            {
                throw new InvalidOperationException($"entry {number} is not as it was");
            }

            last = entry.Key.ToArray();
            Entries++;
            if (++checkedNow == 2000) break;
        }

        if (checkedNow != Math.Min(2000, count - index))
            throw new InvalidOperationException("entries are missing");
    }
}
