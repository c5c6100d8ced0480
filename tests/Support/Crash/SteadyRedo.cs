using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// The same few entries are written over and over: the redo log takes no more room.
/// </summary>
internal static class SteadyRedo
{
    private const int Commits = 2_000;
    private const int PagesMax = 600;

    private static readonly byte[] Bucket = [(byte)'b'];

    /// <exception cref="CrashFailure">The file has grown.</exception>
    public static void Run(int seed)
    {
        Random random = new(seed);
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.ShortRedo);
        database.Write(static tx => tx.CreateBucket(Bucket));
        for (int i = 0; i < Commits; i++)
        {
            byte[] value = Keys.NextValue(random, 1, 600);
            database.Write(tx => tx.OpenBucket(Bucket).Put([(byte)random.Next(40)], value));
        }

        long pages = disk.LengthOf("") / CrashOptions.ShortRedo.PageBytes;
        if (pages > PagesMax)
            throw new CrashFailure($"{pages} pages for a few entries written {Commits} times");
        CrashOracle.AssertSound(database);
    }
}
