namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>Which coming operations of a simulated disk go wrong, and how.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new(); // Guards the list and its entries.
    private readonly List<PlannedFault> _planned = [];

    /// <summary>Faults that happened so far.</summary>
    public int HappenedCount { get; private set; }

    /// <summary>
    /// Lets an operation fail: the <paramref name="number"/>-th (from 1, counted from now) of its
    /// kind, or of all kinds where none is named; with <paramref name="lasting"/> all later ones
    /// too. Operations on other files than <paramref name="suffix"/> do not count if it is given.
    /// </summary>
    public void Fail(
        DiskOperation? operation,
        int number,
        DiskFault fault = DiskFault.Error,
        bool lasting = false,
        string? suffix = null) =>
        Add(new PlannedFault(operation, suffix, fault, lasting, 0) { Remaining = number });

    /// <summary>The n-th flush from now succeeds without doing anything.</summary>
    public void LieOnFlush(int number, bool lasting = false, string? suffix = null) =>
        Fail(DiskOperation.Flush, number, DiskFault.Lie, lasting, suffix);

    /// <summary>The n-th write from now never reaches the device.</summary>
    public void DropWrite(int number, string? suffix = null) =>
        Fail(DiskOperation.Write, number, DiskFault.Drop, lasting: false, suffix);

    /// <summary>The n-th write from now reaches the device at another offset.</summary>
    public void MisdirectWrite(int number, long toOffset, string? suffix = null) =>
        Add(new PlannedFault(DiskOperation.Write, suffix, DiskFault.Misdirect, false, toOffset)
        {
            Remaining = number,
        });

    /// <summary>The n-th read from now returns the former content.</summary>
    public void ReadStale(int number, string? suffix = null) =>
        Fail(DiskOperation.Read, number, DiskFault.Stale, lasting: false, suffix);

    public void Clear()
    {
        lock (_gate) _planned.Clear();
    }

    /// <summary>Counts an operation; returns the fault that meets it.</summary>
    public PlannedFault? Next(DiskOperation operation, string suffix)
    {
        lock (_gate)
        {
            PlannedFault? hit = null;
            for (int i = _planned.Count - 1; i >= 0; i--)
            {
                PlannedFault planned = _planned[i];
                if (planned.Operation is { } kind && kind != operation) continue;
                if (planned.Suffix is { } file && file != suffix) continue;
                planned.Remaining--;
                if (planned.Remaining > 0) continue;
                hit = planned;
                if (!planned.Lasting) _planned.RemoveAt(i);
            }

            if (hit is not null) HappenedCount++;
            return hit;
        }
    }

    private void Add(PlannedFault planned)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(planned.Remaining);
        lock (_gate) _planned.Add(planned);
    }
}
