using System.Buffers.Binary;

namespace KvCow.Cli.Demo;

/// <summary>
/// Commits that can be recognised: each stores its number and some records made from it, one of
/// them large, and deletes those of an old commit, so that pages are reused all the time.
/// </summary>
internal static class NumberedCommits
{
    private const int RecordsPerCommit = 16;
    private const long CommitsKept = 64;
    private const int LargeValueBytes = 6000;
    private const int KeyBytes = 9;
    private const string RecordsBucket = "records";
    private const string NumbersBucket = "numbers";

    private static ReadOnlySpan<byte> LastKey => "last"u8;

    /// <summary>The number of the newest commit; 0 if there is none.</summary>
    public static long ReadLast(ReadTransaction tx)
    {
        Span<byte> value = stackalloc byte[8];
        Bucket? numbers = tx.TryOpenBucket(NumbersBucket);
        return numbers is not null && numbers.TryGet(LastKey, value, out _)
            ? BinaryPrimitives.ReadInt64LittleEndian(value)
            : 0;
    }

    public static void Write(WriteTransaction tx, long number)
    {
        WritableBucket records = tx.OpenOrCreateBucket(RecordsBucket);
        Span<byte> key = stackalloc byte[KeyBytes];
        for (int i = 0; i < RecordsPerCommit; i++)
        {
            WriteKey(number, i, key);
            records.Put(key, MakeValue(number, i));
            WriteKey(number - CommitsKept, i, key);
            records.Delete(key);
        }

        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        tx.OpenOrCreateBucket(NumbersBucket).Put(LastKey, value);
    }

    /// <summary>What is missing or too much; null if all is as the commits left it.</summary>
    public static string? FindProblem(ReadTransaction tx)
    {
        long last = ReadLast(tx);
        if (last == 0) return null;
        Bucket records = tx.OpenBucket(RecordsBucket);
        long first = Math.Max(1, last - CommitsKept + 1);
        if (records.Count != (last - first + 1) * RecordsPerCommit)
            return $"{records.Count} records are there after commit {last}";
        byte[] key = new byte[KeyBytes];
        for (long number = first; number <= last; number++)
        {
            for (int i = 0; i < RecordsPerCommit; i++)
            {
                WriteKey(number, i, key);
                byte[]? value = records.Get(key);
                if (value is null) return $"record {i} of commit {number} of {last} is missing";
                if (!value.AsSpan().SequenceEqual(MakeValue(number, i)))
                    return $"record {i} of commit {number} of {last} differs";
            }
        }

        return null;
    }

    private static void WriteKey(long number, int index, Span<byte> key)
    {
        // Spread over the tree, so that a commit changes many leaves.
        BinaryPrimitives.WriteUInt64BigEndian(key, GeneratedPairs.Mix((ulong)number));
        key[8] = (byte)index;
    }

    private static byte[] MakeValue(long number, int index)
    {
        ulong seed = GeneratedPairs.Mix(((ulong)number * RecordsPerCommit) + (ulong)index);
        byte[] value = new byte[index == 0 ? LargeValueBytes : (int)(seed % 600)];
        GeneratedPairs.Fill(seed, value);
        return value;
    }
}
