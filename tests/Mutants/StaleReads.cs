using KvCow.Engine.Pages;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Mutants;

/// <summary>
/// A device that keeps the former content of one page: whole pages, whose own checksums are right.
/// What is read then is right, or is refused; it is never wrong.
/// </summary>
internal static class StaleReads
{
    private const int Rounds = 60;

    public static void Run(int seed)
    {
        Random random = new(seed);
        SimulatedDisk disk = new();
        ModelBucket content = new();
        SimulatedDisk older;
        using (Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full))
        {
            content = Change(database, content, random);
            older = disk.Fork();
            for (int i = 0; i < 12; i++) content = Change(database, content, random);
        }

        for (int round = 0; round < Rounds; round++)
        {
            SimulatedDisk stale = disk.Fork();
            long pages = Math.Min(stale.LengthOf(""), older.LengthOf("")) / 4096;
            long page = random.NextInt64(MetaPage.SlotCount, Math.Min(pages, 60));
            stale.Damage.MakeStale("", page * 4096, 4096, older);
            Check(stale, content);
        }
    }

    private static ModelBucket Change(Database database, ModelBucket content, Random random)
    {
        ModelBucket next = content.Clone();
        using WriteTransaction tx = database.BeginWrite();
        for (int i = 0; i < 10; i++) SmallChanges.Apply(tx, next, random);
        tx.Commit();
        return next;
    }

    private static void Check(SimulatedDisk disk, ModelBucket content)
    {
        try
        {
            using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
            new Expectation(content).Identify(database);
        }
        catch (CorruptPageException)
        {
            // Refused, as it should be.
        }
    }
}
