namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>The disks that a power cut at this instant may leave behind.</summary>
internal static class CrashStates
{
    /// <summary>
    /// Yields up to <paramref name="max"/> different disks, each switched on afresh: all it holds
    /// is durable, no file is open. With 12 unflushed changes or fewer, a <paramref name="max"/>
    /// large enough gives every subset of them, and torn writes besides. The disk itself may go
    /// on changing meanwhile.
    /// </summary>
    public static IEnumerable<SimulatedDisk> Enumerate(
        SimulatedDisk disk, Random random, int max) => Enumerate(disk, random, max, []);

    /// <summary>The same without the states whose hashes are in <paramref name="seen"/>.</summary>
    public static IEnumerable<SimulatedDisk> Enumerate(
        SimulatedDisk disk, Random random, int max, HashSet<ulong> seen)
    {
        int enough = seen.Count + max;
        DiskContent content;
        lock (disk.Gate) content = disk.Content.Fork();
        List<DiskChange> changes = Effective(content, content.ListUnflushed());
        HashSet<ulong> drawn = [];
        TornChunks torn = new();
        foreach (byte[] fates in new FateSampler(changes, random).Sample())
        {
            if (seen.Count >= enough) yield break;
            // Most draws of a few small writes come to the same: no disk is made for those.
            if (!drawn.Add(ComputeHash(changes, fates))) continue;
            List<(string Name, ChunkMap Content)> files = Settle(content, changes, fates, torn);
            if (seen.Add(ComputeHash(files))) yield return disk.Adopt(DiskContent.Settled(files));
        }
    }

    /// <summary>
    /// The changes without the writes of what is there anyway, such as recovery makes: whatever
    /// becomes of them, the states are the same.
    /// </summary>
    private static List<DiskChange> Effective(DiskContent content, List<DiskChange> changes)
    {
        // What a cut file held is zeros where the cut is done.
        HashSet<int> cut = [.. changes.OfType<CutChange>().Select(static change => change.FileId)];
        HashSet<(int FileId, int Chunk)> touched = [];
        return changes.FindAll(change =>
        {
            if (change is not WriteChange write || cut.Contains(write.FileId)) return true;
            (int, int) place = (write.FileId, write.ChunkIndex);
            DiskChunk durable = content.FileWith(write.FileId).Durable.ChunkAt(write.ChunkIndex);
            if (write.IsIn(durable) && !touched.Contains(place)) return false;
            touched.Add(place);
            return true;
        });
    }

    private static List<(string Name, ChunkMap Content)> Settle(
        DiskContent content, List<DiskChange> changes, byte[] fates, TornChunks torn)
    {
        var entries = new Dictionary<string, int>(content.DurableEntries);
        var changed = new Dictionary<int, ChunkMap>();
        for (int i = 0; i < changes.Count; i++)
        {
            if (fates[i] == Fate.Lost) continue;
            if (changes[i] is EntryChange entry) Fate.Apply(entry, fates[i], entries);
            else if (changes[i] is WriteChange write)
                torn.Apply(write, fates[i], Changed(write.FileId));
            else Fate.Apply(changes[i], fates[i], Changed(changes[i].FileId));
        }

        var files = new List<(string Name, ChunkMap Content)>(entries.Count);
        foreach ((string name, int id) in entries)
        {
            ChunkMap settled = Changed(id);
            settled.Cut(settled.Length); // What reached the device behind the end is garbage.
            files.Add((name, settled));
        }

        return files;

        ChunkMap Changed(int id)
        {
            if (changed.TryGetValue(id, out ChunkMap? map)) return map;
            map = content.FileWith(id).Durable.ForkSummed();
            changed.Add(id, map);
            return map;
        }
    }

    private static ulong ComputeHash(List<DiskChange> changes, byte[] fates)
    {
        ulong hash = 14695981039346656037;
        for (int i = 0; i < changes.Count; i++)
            hash = (hash ^ Fate.Normal(changes[i], fates[i])) * 1099511628211;
        return hash;
    }

    private static ulong ComputeHash(List<(string Name, ChunkMap Content)> files)
    {
        ulong hash = 0;
        foreach ((string name, ChunkMap content) in files)
        {
            ulong named = 14695981039346656037;
            foreach (char c in name) named = (named ^ c) * 1099511628211;
            hash += (content.ComputeHash() ^ named) * 0x9FB21C651E98DF25;
        }

        return hash;
    }
}
