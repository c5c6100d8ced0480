using System.Globalization;
using KvCow.Engine.Cache;
using KvCow.Engine.Storage;

namespace KvCow;

/// <summary>
/// Memory for cached and changed pages that several databases share, in equal parts: opening one
/// makes the parts smaller, closing one makes them larger again.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Parts are equal whatever the databases do, so that none can
/// starve another. A part that becomes smaller gives its memory back at once, but for pages that
/// running operations, pinned values and changes under way hold.
/// </remarks>
public sealed class MemoryBudget
{
    /// <summary>Least bytes of a budget: enough for one database with the largest pages.</summary>
    public const long BytesMin = 4L << 20;

    private readonly Lock _gate = new(); // Guards the list, and the parts of those in it.
    private readonly List<NodeCache> _members = [];

    /// <param name="bytes">At least <see cref="BytesMin"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public MemoryBudget(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, BytesMin);
        Bytes = bytes;
    }

    /// <summary>256 MiB, or a quarter of the memory if that is less.</summary>
    public static long BytesDefault => Math.Max(BytesMin,
        Math.Min(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));

    /// <summary>Most bytes for the pages of all databases together.</summary>
    public long Bytes { get; }

    /// <summary>Databases that share it now.</summary>
    public int DatabaseCount
    {
        get
        {
            using (Uninterrupted.Enter(_gate)) return _members.Count;
        }
    }

    /// <exception cref="InvalidOperationException">The parts would become too small.</exception>
    internal void Join(NodeCache cache)
    {
        using (Uninterrupted.Enter(_gate))
        {
            long part = Bytes / (_members.Count + 1);
            long least = _members.Append(cache).Max(static member => member.CapacityBytesMin);
            if (part < least)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"A memory budget of {Bytes} bytes is too small for {_members.Count + 1} "
                    + $"databases: each needs {least} bytes. Close one, or use a larger budget."));
            }

            // The others first, so that there is never more than the whole.
            Divide(part);
            cache.SetCapacity(part);
            _members.Add(cache);
        }
    }

    internal void Leave(NodeCache cache)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_members.Remove(cache) && _members.Count > 0) Divide(Bytes / _members.Count);
        }
    }

    private void Divide(long part)
    {
        foreach (NodeCache member in _members) member.SetCapacity(part);
    }
}
