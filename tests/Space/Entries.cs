using System.Buffers.Binary;

namespace KvCow.Tests.Space;

/// <summary>Entries with keys of 24 bytes and values of 150, known from a number.</summary>
internal static class Entries
{
    public const int KeyBytes = 24;
    public const int ValueBytes = 150;

    public static byte[] Key(long number)
    {
        byte[] key = new byte[KeyBytes];
        // Spread over all keys, and never the same for two numbers.
        BinaryPrimitives.WriteUInt64BigEndian(key, unchecked((ulong)number * 0x9E3779B97F4A7C15));
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(8), number);
        return key;
    }

    public static byte[] Value(long number, long version)
    {
        byte[] value = new byte[ValueBytes];
        BinaryPrimitives.WriteInt64BigEndian(value, number);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(8), version);
        new Random(unchecked((int)(number * 31 + version))).NextBytes(value.AsSpan(16));
        return value;
    }

    /// <summary>Loads numbers in key order, as a bulk load does.</summary>
    public static void Load(Database database, IEnumerable<long> numbers)
    {
        byte[][] keys = [.. numbers.Select(Key)];
        Array.Sort(keys, static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (byte[][] batch in keys.Chunk(10_000))
        {
            database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenOrCreateBucket("entries");
                foreach (byte[] key in batch)
                    bucket.Put(key, Value(BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(8)), 0));
            });
        }
    }
}
