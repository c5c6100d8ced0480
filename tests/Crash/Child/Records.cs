using System.Buffers.Binary;

namespace KvCow.Tests.Crash.Child;

/// <summary>The numbered records that the child commits, one in each transaction.</summary>
public static class Records
{
    /// <summary>The bucket they are in.</summary>
    public const string Bucket = "records";

    /// <summary>A bucket of long values that come and go, so that the file shrinks.</summary>
    public const string Ballast = "ballast";

    private const int BallastBytes = 3_000_000;

    /// <summary>
    /// So short a log that pages are written beside the commits, time and again.
    /// </summary>
    internal static DatabaseOptions Options =>
        new() { CacheBytes = 4 << 20, RedoLogBytesMax = 64 << 10 };

    /// <summary>How many a database has.</summary>
    internal static int CountIn(Database database) =>
        database.Read(static tx => (int)(tx.TryOpenBucket(Bucket)?.Count ?? 0));

    /// <summary>Puts a record, and what else belongs to its transaction.</summary>
    public static void Commit(WriteTransaction tx, int number)
    {
        ArgumentNullException.ThrowIfNull(tx);
        tx.OpenOrCreateBucket(Bucket).Put(Key(number), Value(number));
        WritableBucket ballast = tx.OpenOrCreateBucket(Ballast);
        if (number % 20 == 8) ballast.Put(Key(0), new byte[BallastBytes]);
        if (number % 20 == 13) ballast.Delete(Key(0));
    }

    /// <summary>Whether the long value is there after so many records.</summary>
    public static bool HasBallast(int count) => count % 20 is >= 8 and < 13;

    /// <summary>The key of a record: keys ascend with the numbers.</summary>
    public static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    /// <summary>The value, long now and then, that belongs to no other number.</summary>
    public static byte[] Value(int number)
    {
        byte[] value = new byte[number % 7 == 0 ? 20_000 : number % 100 + 4];
        for (int at = 0; at + 4 <= value.Length; at += 4)
            BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(at), number + at);
        return value;
    }
}
