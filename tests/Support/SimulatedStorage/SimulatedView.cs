using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>One process's view of a simulated disk.</summary>
internal sealed class SimulatedView(SimulatedDisk disk, int processId) : IStorage
{
    public string Path => disk.Path;

    public int ProcessId => processId;

    public bool Exists(string suffix)
    {
        lock (disk.Gate) return disk.Content.Find(suffix) is not null;
    }

    public IStorageFile Open(string suffix, StorageOpening opening)
    {
        SimulatedFile opened;
        bool changed = false;
        lock (disk.Gate)
        {
            disk.Begin(DiskOperation.Open, suffix);
            DiskFile? file = disk.Content.Find(suffix);
            if (file is null)
            {
                bool creates = opening is StorageOpening.WriteNew or StorageOpening.WriteOrCreate;
                file = creates ? disk.Content.Create(suffix) : disk.Find(suffix);
                changed = true;
            }
            else if (opening == StorageOpening.WriteNew && file.Cached.Length > 0)
            {
                file.Cut(0, ref disk.Content.Sequence);
                changed = true;
            }

            opened = new SimulatedFile(this, disk, file, suffix, opening);
            disk.CountOpenFile(1);
        }

        if (changed) disk.Announce(DiskOperation.Open, suffix);
        return opened;
    }

    public void Delete(string suffix)
    {
        lock (disk.Gate)
        {
            disk.Begin(DiskOperation.Delete, suffix);
            if (disk.Content.Find(suffix) is not { } file) return;
            disk.Content.ChangeEntry(file, suffix, null);
        }

        disk.Announce(DiskOperation.Delete, suffix);
    }

    public void Rename(string fromSuffix, string toSuffix)
    {
        lock (disk.Gate)
        {
            disk.Begin(DiskOperation.Rename, fromSuffix);
            disk.Content.ChangeEntry(disk.Find(fromSuffix), fromSuffix, toSuffix);
        }

        disk.Announce(DiskOperation.Rename, fromSuffix);
    }

    public void FlushDirectory()
    {
        PlannedFault? fault;
        long sequenceMax;
        lock (disk.Gate)
        {
            fault = disk.Begin(DiskOperation.FlushDirectory, "");
            sequenceMax = disk.Content.Sequence;
        }

        disk.Announce(DiskOperation.FlushDirectory, "");
        if (fault?.Fault == DiskFault.Lie) return;
        lock (disk.Gate) disk.Content.FlushEntries(sequenceMax);
    }

    /// <summary>Like the real one, leaves the files it opened to their owners.</summary>
    public void Dispose()
    {
    }
}
