using KvCow.Engine.Pages;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// The same few entries are written over and over: the redo log takes no more room.
/// </summary>
internal static class SteadyRedo
{
    private const int Commits = 2_000;
    private const int CommitsWatched = 100;
    private const int PagesMax = 600;

    private static readonly byte[] Bucket = [(byte)'b'];

    /// <exception cref="CrashFailure">The file has grown.</exception>
    public static void Run(int seed)
    {
        Random random = new(seed);
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.ShortRedo);
        database.Write(static tx => tx.CreateBucket(Bucket));
        int told = 0;
        for (int i = 0; i < Commits; i++)
        {
            if (i == Commits - CommitsWatched) disk.Observer = done => told += IsTold(disk, done);
            byte[] value = Keys.NextValue(random, 1, 600);
            database.Write(tx => tx.OpenBucket(Bucket).Put([(byte)random.Next(40)], value));
        }

        disk.Observer = null;
        long pages = disk.LengthOf("") / CrashOptions.ShortRedo.PageBytes;
        if (pages > PagesMax)
            throw new CrashFailure($"{pages} pages for a few entries written {Commits} times");
        // Without places it would be done without, which is no crash and no growth.
        if (told < CommitsWatched * 9 / 10)
            throw new CrashFailure($"of {CommitsWatched} commits the log told {told}");
        CrashOracle.AssertSound(database);
    }

    private static int IsTold(SimulatedDisk disk, StorageEvent done)
    {
        if (done.Operation != DiskOperation.Write || done.Suffix.Length > 0) return 0;
        ReadOnlySpan<byte> page = disk.ReadAll("").AsSpan((int)done.Offset);
        return PageHeader.Kind(page) == PageKind.Redo ? 1 : 0;
    }
}
