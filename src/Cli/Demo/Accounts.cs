using System.Buffers.Binary;

namespace KvCow.Cli.Demo;

/// <summary>
/// Accounts between which money moves: its sum never changes, and a counter tells the commits.
/// Whoever sees another sum, or two counts in one snapshot, sees a commit by half.
/// </summary>
internal static class Accounts
{
    public const int AccountCount = 1000;

    private const long AmountFirst = 1000;
    private const int MovesPerCommit = 10;
    private const string MoneyBucket = "accounts";
    private const string CounterBucket = "counters";

    private static ReadOnlySpan<byte> CommitsKey => "commits"u8;

    /// <summary>Gives each account the same amount.</summary>
    public static void Open(WriteTransaction tx)
    {
        WritableBucket money = tx.OpenOrCreateBucket(MoneyBucket);
        for (int i = 0; i < AccountCount; i++) WriteAmount(money, i, AmountFirst);
        WriteNumber(tx.OpenOrCreateBucket(CounterBucket), CommitsKey, 0);
    }

    /// <summary>Moves money between random accounts, and counts one commit more.</summary>
    public static void Move(WriteTransaction tx, DemoRandom random)
    {
        WritableBucket money = tx.OpenBucket(MoneyBucket);
        for (int i = 0; i < MovesPerCommit; i++)
        {
            int from = (int)random.Below(AccountCount);
            int to = (int)random.Below(AccountCount);
            long amount = random.Below(ReadAmount(money, from) + 1);
            WriteAmount(money, from, ReadAmount(money, from) - amount);
            WriteAmount(money, to, ReadAmount(money, to) + amount);
        }

        WritableBucket counters = tx.OpenBucket(CounterBucket);
        WriteNumber(counters, CommitsKey, ReadNumber(counters, CommitsKey) + 1);
    }

    public static long ReadCommits(ReadTransaction tx) =>
        ReadNumber(tx.OpenBucket(CounterBucket), CommitsKey);

    /// <summary>What is wrong with the accounts of a snapshot; null if nothing is.</summary>
    public static string? FindProblem(ReadTransaction tx)
    {
        long sum = 0;
        int accounts = 0;
        foreach (EntryView entry in tx.OpenBucket(MoneyBucket))
        {
            long amount = BinaryPrimitives.ReadInt64LittleEndian(entry.Value);
            if (amount < 0) return "an account is below zero";
            sum += amount;
            accounts++;
        }

        if (accounts != AccountCount) return "a snapshot misses accounts, or has too many";
        return sum == AccountCount * AmountFirst ? null : "the sum of a snapshot is wrong";
    }

    private static long ReadAmount(Bucket money, int account)
    {
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, account);
        return ReadNumber(money, key);
    }

    private static void WriteAmount(WritableBucket money, int account, long amount)
    {
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, account);
        WriteNumber(money, key, amount);
    }

    private static long ReadNumber(Bucket bucket, ReadOnlySpan<byte> key)
    {
        Span<byte> value = stackalloc byte[8];
        bucket.TryGet(key, value, out _);
        return BinaryPrimitives.ReadInt64LittleEndian(value);
    }

    private static void WriteNumber(WritableBucket bucket, ReadOnlySpan<byte> key, long number)
    {
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        bucket.Put(key, value);
    }
}
