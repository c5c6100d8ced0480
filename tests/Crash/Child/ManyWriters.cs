using System.Buffers.Binary;

namespace KvCow.Tests.Crash.Child;

/// <summary>
/// Commits records to several databases at once, a thread for each, until it is killed: the kill
/// finds each of them somewhere else in a commit, in page writing or in a flush.
/// </summary>
/// <remarks>
/// What it says is 8 bytes for each commit that has returned: which database, and which record.
/// </remarks>
public static class ManyWriters
{
    /// <summary>The path of one of the databases.</summary>
    public static string PathOf(string path, int number) => $"{path}.{number}";

    /// <summary>Returns only when something failed.</summary>
    internal static void Run(string path, int count, Stream output)
    {
        Lock saying = new();
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int number = i;
            threads[i] = new Thread(() => Write(PathOf(path, number), record =>
            {
                byte[] said = new byte[8];
                BinaryPrimitives.WriteInt32BigEndian(said, number);
                BinaryPrimitives.WriteInt32BigEndian(said.AsSpan(4), record);
                lock (saying)
                {
                    output.Write(said);
                    output.Flush();
                }
            }));
        }

        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
    }

    private static void Write(string path, Action<int> say)
    {
        using Database database = Database.Open(path, Records.Options);
        for (int number = Records.CountIn(database) + 1; ; number++)
        {
            database.Write(tx => Records.Commit(tx, number));
            say(number);
        }
    }
}
