namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// Changes files of a simulated disk as decay, a bad cable or an enemy would: at once, on the
/// device and in the cache, uncounted and untold.
/// </summary>
internal sealed class DiskDamage(SimulatedDisk disk)
{
    public void FlipBit(string suffix, long bitIndex)
    {
        byte[] one = new byte[1];
        Read(suffix, bitIndex / 8, one);
        one[0] ^= (byte)(1 << (int)(bitIndex % 8));
        Patch(suffix, bitIndex / 8, one);
    }

    public void Zero(string suffix, long offset, int count) =>
        Patch(suffix, offset, new byte[count]);

    public void Swap(string suffix, long firstOffset, long secondOffset, int count)
    {
        byte[] first = new byte[count];
        byte[] second = new byte[count];
        Read(suffix, firstOffset, first);
        Read(suffix, secondOffset, second);
        Patch(suffix, firstOffset, second);
        Patch(suffix, secondOffset, first);
    }

    /// <summary>
    /// Puts back what another disk, such as an earlier fork, holds at this place.
    /// </summary>
    public void MakeStale(string suffix, long offset, int count, SimulatedDisk older)
    {
        byte[] former = new byte[count];
        older.Damage.Read(suffix, offset, former);
        Patch(suffix, offset, former);
    }

    /// <summary>Makes the whole file what another disk holds, or what it does not.</summary>
    public void MakeStale(string suffix, SimulatedDisk older)
    {
        if (older.Names.Contains(suffix)) SetContent(suffix, older.ReadAll(suffix));
        else Remove(suffix);
    }

    /// <summary>Overwrites bytes within the file's length.</summary>
    public void Patch(string suffix, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (disk.Gate)
        {
            DiskFile file = disk.Find(suffix);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(
                offset + bytes.Length, file.Cached.Length);
            while (!bytes.IsEmpty)
            {
                (long index, long start) = Math.DivRem(offset, DiskChunk.Bytes);
                int count = (int)Math.Min(bytes.Length, DiskChunk.Bytes - start);
                byte[] piece = bytes[..count].ToArray();
                file.Damage(content => content.SetChunk(
                    (int)index, content.ChunkAt((int)index).With((int)start, piece)));
                bytes = bytes[count..];
                offset += count;
            }
        }
    }

    /// <summary>Cuts the file or lengthens it with zeros.</summary>
    public void SetLength(string suffix, long length)
    {
        lock (disk.Gate)
        {
            disk.Find(suffix).Damage(content =>
            {
                if (length < content.Length) content.Cut(length);
                else content.Extend(length);
            });
        }
    }

    /// <summary>Creates a file, or replaces its whole content.</summary>
    public void SetContent(string suffix, ReadOnlySpan<byte> bytes)
    {
        lock (disk.Gate)
        {
            if (disk.Content.Find(suffix) is null)
            {
                disk.Content.Create(suffix);
                disk.Content.FlushEntries(disk.Content.Sequence);
            }

            disk.Find(suffix).Damage(content => content.Cut(0));
        }

        SetLength(suffix, bytes.Length);
        Patch(suffix, 0, bytes);
    }

    /// <summary>Takes the file away; handles opened before still read it.</summary>
    public void Remove(string suffix)
    {
        lock (disk.Gate)
        {
            disk.Content.ChangeEntry(disk.Find(suffix), suffix, null);
            disk.Content.FlushEntries(disk.Content.Sequence);
        }
    }

    private void Read(string suffix, long offset, Span<byte> destination)
    {
        lock (disk.Gate) disk.Find(suffix).Cached.Read(offset, destination);
    }
}
