using KvCow.Engine;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Of a batch of the redo log only the first sector arrives, and recovery goes back. The next life
/// tells its first batch at the same place, and a crash leaves all of that but the first sector.
/// Where the two agree in the rest, the rejected batch would be whole, CRC and all.
/// </summary>
internal sealed class TornBatch(int toldBefore)
{
    private const int PageBytes = DiskChunk.Bytes;
    private const int ToldMax = 12;

    private static readonly StoreOptions Options = CrashOptions.Redo with { CacheBytes = 4 << 20 };
    private static readonly byte[] Name = [(byte)'t'];

    private readonly SimulatedDisk _disk = new();
    private ModelBucket _content = new();

    /// <summary>Returns how many batches were told where a torn one lay.</summary>
    /// <exception cref="CrashFailure">A rejected batch came back.</exception>
    public static int Run() =>
        Enumerable.Range(1, ToldMax).Count(static told => new TornBatch(told).Tear());

    private bool Tear()
    {
        using (Database database = Database.Open(_disk.OpenStorage(), Options))
        {
            // What a torn write leaves of a place is no zeros.
            byte[] value = new byte[3_000];
            value.AsSpan().Fill(0xEE);
            for (int i = 0; i < 60; i++) Put(database, value);
        }

        SimulatedDisk torn;
        int place;
        using (Database database = Database.Open(_disk.OpenStorage(), Options))
        {
            for (int i = 0; i <= toldBefore; i++) Put(database, [1]);
            SimulatedDisk before = _disk.Fork();
            ModelBucket acknowledged = _content;
            Put(database, [2]);
            _content = acknowledged;
            place = FindWritten(before, _disk);
            torn = _disk.Fork();
            MakeStale(torn, before, place, 1, DiskChunk.SectorBytes);
        }

        return Complete(torn, place);
    }

    /// <summary>Recovers, commits, and crashes amid that; false if the place is another.</summary>
    private bool Complete(SimulatedDisk disk, int place)
    {
        ModelBucket acknowledged = _content;
        SimulatedDisk state;
        using (Database database = Database.Open(disk.OpenStorage(), Options))
        {
            new Expectation(acknowledged).Identify(database);
            SimulatedDisk recovered = disk.Fork();
            Put(database, [3]);
            if (FindWritten(recovered, disk) != place) return false;
            state = disk.Fork();
            MakeStale(state, recovered, place, 0, 1);
        }

        using Database again = Database.Open(state.OpenStorage(), Options);
        new Expectation(acknowledged, _content).Identify(again);
        CrashOracle.AssertSound(again);
        return true;
    }

    private void Put(Database database, byte[] value)
    {
        _content = _content.Clone();
        _content.Buckets.TryAdd(Name, new ModelBucket());
        byte[] key = [(byte)_content.Buckets[Name].Entries.Count];
        _content.Buckets[Name].Entries[key] = value;
        database.Write(tx => tx.OpenOrCreateBucket(Name).Put(key, value));
    }

    /// <summary>The only page of the file that a small commit has written.</summary>
    private static int FindWritten(SimulatedDisk before, SimulatedDisk after)
    {
        byte[] old = before.ReadAll("");
        byte[] now = after.ReadAll("");
        return Enumerable.Range(0, old.Length / PageBytes).Single(page =>
            !old.AsSpan(page * PageBytes, PageBytes)
                .SequenceEqual(now.AsSpan(page * PageBytes, PageBytes)));
    }

    /// <summary>Some sectors of a page, and the mark, as on another disk.</summary>
    private static void MakeStale(
        SimulatedDisk disk, SimulatedDisk older, int page, int sector, int count)
    {
        int offset = sector * DiskChunk.SectorBytes;
        int length = Math.Min(count * DiskChunk.SectorBytes, PageBytes - offset);
        disk.Damage.MakeStale("", (page * PageBytes) + offset, length, older);
        disk.Damage.MakeStale(PendingFile.Suffix, older);
    }
}
