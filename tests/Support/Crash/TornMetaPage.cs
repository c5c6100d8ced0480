using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// The pages of a commit arrive, of its meta page only the first sectors; recovery goes back. The
/// next commit has the same number, and a crash leaves of it only the rest of the meta page. Where
/// the two agree in that rest, the first commit would be whole.
/// </summary>
internal sealed class TornMetaPage
{
    private const int EntryCount = 1_000;
    private const int SectorCount = DiskChunk.Bytes / DiskChunk.SectorBytes;

    private static readonly StoreOptions Options = CrashOptions.Full;
    private static readonly byte[] Name = [(byte)'t'];

    private SimulatedDisk _disk = new();
    private ModelBucket _content = new();

    /// <summary>Tears at each sector and holds each state against the promises.</summary>
    /// <param name="afterClose">
    /// Whether the torn commit is the first after a clean close, so that no mark lies beside the
    /// file.
    /// </param>
    /// <returns>
    /// How many torn meta pages the next commit would have completed, had they been left there.
    /// </returns>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public static int Run(bool afterClose) => Enumerable.Range(1, SectorCount - 1)
        .Count(sector => new TornMetaPage().Tear(sector, afterClose));

    private bool Tear(int sector, bool afterClose)
    {
        using (Database database = Database.Open(_disk.OpenStorage(), Options))
            Fill(database, step: 1, value: 0);

        if (!afterClose) CommitAndCrash();
        SimulatedDisk torn;
        using (Database database = Database.Open(_disk.OpenStorage(), Options))
        {
            SimulatedDisk before = _disk.Fork();
            ModelBucket content = _content;
            Fill(database, step: 4, value: 2);
            _content = content;
            torn = WithMetaPages(_disk, before, sector);
            torn.Damage.MakeStale(PendingFile.Suffix, before);
        }

        return Complete(torn, sector);
    }

    /// <summary>
    /// The next life finds the same pages free as the one after it, and so uses the same places.
    /// </summary>
    private void CommitAndCrash()
    {
        SimulatedDisk left;
        using (Database database = Database.Open(_disk.OpenStorage(), Options))
        {
            Fill(database, step: 64, value: 1);
            left = _disk.Fork();
        }

        _disk = left;
    }

    /// <summary>
    /// Recovers, commits with the same number, and crashes amid that. Returns whether the rest of
    /// the second commit's meta page makes the first one's whole.
    /// </summary>
    private bool Complete(SimulatedDisk disk, int sector)
    {
        ModelBucket acknowledged = _content;
        SimulatedDisk torn = disk.Fork();
        SimulatedDisk completed;
        SimulatedDisk state;
        using (Database database = Database.Open(disk.OpenStorage(), Options))
        {
            // Where the sectors that came hold all there is to it, the commit is whole.
            if (ContentComparison.FindDifference(database, acknowledged) is not null)
                return false;
            SimulatedDisk recovered = disk.Fork();
            Fill(database, step: 4, value: 3);
            completed = WithMetaPages(torn, disk, sector);
            state = WithMetaPages(recovered, disk, sector);
        }

        using Database again = Database.Open(state.OpenStorage(), Options);
        new Expectation(acknowledged, _content).Identify(again);
        CrashOracle.AssertSound(again);
        return IntactMetaPages(torn) == 1 && IntactMetaPages(completed) == 2;
    }

    private static int IntactMetaPages(SimulatedDisk disk)
    {
        byte[] file = disk.ReadAll("");
        return Enumerable.Range(0, 2).Count(slot => MetaPage.TryRead(
            file.AsSpan(slot * DiskChunk.Bytes, DiskChunk.Bytes), slot, out _) is not null);
    }

    /// <summary>
    /// One disk with the meta pages of another from a sector on. Only one of the two differs.
    /// </summary>
    private static SimulatedDisk WithMetaPages(SimulatedDisk disk, SimulatedDisk rest, int sector)
    {
        SimulatedDisk mixed = disk.Fork();
        int from = sector * DiskChunk.SectorBytes;
        for (int slot = 0; slot < 2; slot++)
        {
            int page = slot * DiskChunk.Bytes;
            mixed.Damage.MakeStale("", page + from, DiskChunk.Bytes - from, rest);
        }

        return mixed;
    }

    /// <summary>
    /// Every fourth entry is one in every other leaf: so many runs of freed pages fill more than
    /// one sector of the meta page.
    /// </summary>
    private void Fill(Database database, int step, byte value)
    {
        _content = _content.Clone();
        _content.Buckets.TryAdd(Name, new ModelBucket());
        byte[] bytes = new byte[1_800];
        bytes.AsSpan().Fill(value);
        database.Write(tx =>
        {
            WritableBucket bucket = tx.OpenOrCreateBucket(Name);
            for (int i = 0; i < EntryCount; i += step)
            {
                byte[] key = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(key, i);
                bucket.Put(key, bytes);
                _content.Buckets[Name].Entries[key] = bytes;
            }
        });
    }
}
