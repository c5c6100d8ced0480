namespace KvCow.Cli.Output;

/// <summary>How a range of entries is printed, a line for each.</summary>
internal sealed record EntryPrinting
{
    public bool IsReversed { get; init; }

    public long EntriesMax { get; init; } = long.MaxValue;

    public bool IsKeysOnly { get; init; }

    public EntryFormat Format { get; init; }

    /// <summary>Told now and then how many entries are printed.</summary>
    public Action<double> Report { get; init; } = _ => { };

    public void Print(EntryRange range, OutputStream output, CancellationToken ct)
    {
        if (IsReversed) range = range.Reverse();
        EntryWriter writer = new(output, Format, IsKeysOnly);
        long printed = 0;
        foreach (EntryView entry in range)
        {
            if (printed == EntriesMax) return;
            if (++printed % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
                Report(printed);
            }

            writer.Write(entry);
        }
    }
}
