using System.Buffers.Binary;

namespace KvCow.Tests.Crash.Child;

/// <summary>
/// Fills a small disk until a commit is refused, deletes, compacts and fills it again. All that was
/// acknowledged stays, and deleting works on the full disk.
/// </summary>
internal static class DiskFiller
{
    private const string Bucket = "filling";
    private const int ValueBytes = 900;

    /// <summary>Returns 0; 1 with a message if something is not as it should be.</summary>
    public static int Run(string path, int rounds)
    {
        DatabaseOptions options = new() { CacheBytes = DatabaseOptions.CacheBytesMin };
        using (Database database = Database.Open(path, options))
        {
            for (int round = 1; round <= rounds; round++)
            {
                int filled = Fill(database, round);
                if (filled < 100) return Complain($"full after {filled} records, round {round}");
                if (!Holds(database, filled, round)) return Complain($"lost in round {round}");
                for (int number = 0; number < filled; number++)
                    if (number % 16 != 0) Delete(database, number);
                database.Compact();
                for (int number = 0; number < filled; number += 16) Delete(database, number);
                if (!database.Verify().IsSound) return Complain($"not sound in round {round}");
                Console.WriteLine($"round {round}: {filled} records");
            }
        }

        using Database reopened = Database.Open(path, options);
        bool isEmpty = reopened.Read(static tx => tx.OpenBucket(Bucket).Count == 0);
        return isEmpty && reopened.Verify().IsSound ? 0 : Complain("not as it was left");
    }

    /// <summary>Returns how many records there was room for.</summary>
    private static int Fill(Database database, int round)
    {
        for (int number = 0; ; number++)
        {
            try
            {
                database.Write(tx =>
                    tx.OpenOrCreateBucket(Bucket).Put(Key(number), Value(number, round)));
            }
            catch (DatabaseFullException)
            {
                return number;
            }
        }
    }

    private static bool Holds(Database database, int count, int round) => database.Read(tx =>
    {
        Bucket bucket = tx.OpenBucket(Bucket);
        int number = 0;
        foreach (EntryView entry in bucket)
        {
            if (!entry.Key.SequenceEqual(Key(number))) return false;
            if (!entry.Value.SequenceEqual(Value(number, round))) return false;
            number++;
        }

        return number == count;
    });

    private static void Delete(Database database, int number) =>
        database.Write(tx => tx.OpenBucket(Bucket).Delete(Key(number)));

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static byte[] Value(int number, int round)
    {
        byte[] value = new byte[ValueBytes];
        new Random((number * 31) + round).NextBytes(value);
        return value;
    }

    private static int Complain(string problem)
    {
        Console.Error.WriteLine(problem);
        return 1;
    }
}
