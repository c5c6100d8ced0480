namespace KvCow.Cli.Output;

/// <summary>How a range of entries is printed, a line for each.</summary>
internal sealed record EntryPrinting
{
    // Large values are printed in parts of this size, however large they are.
    private const int PartBytes = 64 << 10;

    public bool IsReversed { get; init; }

    public long EntriesMax { get; init; } = long.MaxValue;

    public bool IsKeysOnly { get; init; }

    public bool IsEscaped { get; init; }

    public void Print(EntryRange range, OutputStream output, CancellationToken ct)
    {
        if (IsReversed) range = range.Reverse();
        long printed = 0;
        foreach (EntryView entry in range)
        {
            if (printed == EntriesMax) return;
            if (++printed % 1024 == 0) ct.ThrowIfCancellationRequested();
            Print(entry.Key, output);
            if (!IsKeysOnly)
            {
                output.Write("\t"u8);
                if (entry.IsLarge && !IsEscaped) PrintParts(entry, output);
                else Print(entry.Value, output);
            }

            output.Write("\n"u8);
        }
    }

    private void Print(ReadOnlySpan<byte> bytes, OutputStream output)
    {
        if (IsEscaped) EscapedText.Write(output, bytes);
        else output.Write(bytes);
    }

    private static void PrintParts(EntryView entry, OutputStream output)
    {
        byte[] part = new byte[PartBytes];
        long offset = 0;
        while (true)
        {
            int read = entry.ReadValueAt(offset, part);
            if (read == 0) return;
            output.Write(part.AsSpan(0, read));
            offset += read;
        }
    }
}
