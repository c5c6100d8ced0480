using System.Buffers.Binary;

namespace KvCow.Tests.Crash.Child;

/// <summary>The numbered records that the child commits, one in each transaction.</summary>
public static class Records
{
    /// <summary>The bucket they are in.</summary>
    public const string Bucket = "records";

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
