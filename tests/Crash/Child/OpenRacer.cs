using System.Buffers.Binary;

namespace KvCow.Tests.Crash.Child;

/// <summary>
/// Opens the database each time it is told to, and says who has got it: the own process id, or the
/// negative one of the owner that the refusal names. What it opens it keeps until told again.
/// </summary>
/// <remarks>
/// Each order is the number of milliseconds to wait for the lock, 4 bytes; 0 bytes are the end.
/// </remarks>
internal static class OpenRacer
{
    public static void Run(string path, Stream input, Stream output)
    {
        byte[] number = new byte[4];
        while (input.ReadAtLeast(number, 4, throwOnEndOfStream: false) == 4)
        {
            int timeout = BinaryPrimitives.ReadInt32LittleEndian(number);
            try
            {
                using Database database = Database.Open(path, new DatabaseOptions
                {
                    CacheBytes = DatabaseOptions.CacheBytesMin,
                    LockTimeout = TimeSpan.FromMilliseconds(timeout),
                });
                database.Write(static tx => tx.OpenOrCreateBucket("opened").NextSequence());
                Say(output, Environment.ProcessId);
                if (input.ReadAtLeast(number, 4, throwOnEndOfStream: false) < 4) return;
            }
            catch (DatabaseLockedException locked)
            {
                Say(output, -(locked.OwnerProcessId ?? 0));
            }
        }
    }

    private static void Say(Stream output, int who)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, who);
        output.Write(number);
        output.Flush();
    }
}
