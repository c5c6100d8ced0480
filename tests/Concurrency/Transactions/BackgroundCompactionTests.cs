using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Tests.Concurrency.Cache;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>
/// A compaction in the background beside readers that check their whole snapshots, writers, calls
/// of <c>Compact</c>, and the close of the database.
/// </summary>
public sealed class BackgroundCompactionTests
{
    private const int Rounds = 12;
    private const int Keys = 400;
    private const int Commits = 150;

    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 0,
        PoisonFreedFrames = true,
        DeadShareMax = 0.2,
        DeadBytesMin = 1,
        CompactionDelay = TimeSpan.FromMilliseconds(1),
    };

    [Theory, Seeds(count: 1)]
    public void Readers_writers_and_close_find_what_they_should(int seed)
    {
        long moved = 0;
        for (int round = 0; round < Rounds; round++)
        {
            SimulatedDisk disk = new();
            Random random = new((seed * 1000) + round);
            Database database = Database.Open(disk.OpenStorage(), Options);
            database.Write(tx => Put(tx, 0, [.. Enumerable.Range(0, Keys)]));
            int acknowledged = 0;
            int end = random.Next(2) == 0 ? Commits : random.Next(Commits);
            Action<CancellationToken>[] work =
            [
                failed =>
                {
                    Write(database, random, end, failed, ref acknowledged);
                    moved += database.GetStatistics().Compaction.BytesMoved;
                    database.Dispose();
                    throw new HandleEndedException("the end of the round");
                },
                failed => Read(database, () => Volatile.Read(ref acknowledged), failed),
                failed => database.Compact(30_000, null, failed),
            ];
            Threads.Run(work.Length, (thread, failed) =>
            {
                try
                {
                    while (!failed.IsCancellationRequested) work[thread](failed);
                }
                catch (HandleEndedException)
                {
                    // The writer has disposed the database, whatever the others were doing.
                }
            });

            CheckReopened(disk, acknowledged);
        }

        Assert.True(moved > 0);
    }

    /// <summary>Each commit overwrites some keys; every tenth makes much dead.</summary>
    private static void Write(Database database, Random random, int end, CancellationToken failed,
        ref int acknowledged)
    {
        for (int commit = acknowledged + 1; commit <= end; commit++)
        {
            failed.ThrowIfCancellationRequested();
            int[] keys = [.. Enumerable.Range(0, 5).Select(_ => random.Next(Keys))];
            database.Write(tx =>
            {
                Put(tx, commit, keys);
                if (commit % 10 == 1)
                {
                    WritableBucket filler = tx.CreateBucket("filler");
                    for (int i = 0; i < 40; i++) filler.Put([(byte)i], new byte[3000]);
                }
                else if (commit % 10 == 2)
                {
                    tx.DeleteBucket("filler");
                }
            });
            Volatile.Write(ref acknowledged, commit);
        }
    }

    private static void Read(
        Database database, Func<int> acknowledged, CancellationToken failed)
    {
        while (!failed.IsCancellationRequested)
        {
            int lowest = acknowledged();
            using ReadTransaction tx = database.BeginRead();
            Check(tx, lowest);
        }
    }

    private static void CheckReopened(SimulatedDisk disk, int acknowledged)
    {
        using Database database = Database.Open(disk.OpenStorage(), Options);
        using (ReadTransaction tx = database.BeginRead()) Check(tx, acknowledged);
        Assert.Empty(database.Verify().Findings);
    }

    private static void Put(WriteTransaction tx, int commit, int[] keys)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket("run");
        foreach (int key in keys) bucket.Put(Key(key), Value(key, commit));
        bucket.Put(Key(Keys), Value(Keys, commit));
    }

    /// <summary>All keys are there, none is newer than the commit or torn.</summary>
    private static void Check(ReadTransaction tx, int lowest)
    {
        Bucket bucket = tx.OpenBucket("run");
        int commit = BinaryPrimitives.ReadInt32BigEndian(bucket.Get(Key(Keys)));
        Assert.True(commit >= lowest);
        int key = 0;
        foreach (EntryView entry in bucket)
        {
            int writer = BinaryPrimitives.ReadInt32BigEndian(entry.Value);
            Assert.InRange(writer, 0, commit);
            Assert.True(entry.Key.SequenceEqual(Key(key)));
            Assert.True(entry.Value.SequenceEqual(Value(key, writer)));
            key++;
        }

        Assert.Equal(Keys + 1, key);
    }

    private static byte[] Key(int key) => [(byte)(key >> 8), (byte)key];

    private static byte[] Value(int key, int commit)
    {
        byte[] value = new byte[200];
        new Random((key * 1000) + commit).NextBytes(value);
        BinaryPrimitives.WriteInt32BigEndian(value, commit);
        return value;
    }
}
