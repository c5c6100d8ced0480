namespace KvCow;

/// <summary>Reads steps of the redo log; nothing it reads goes beyond the record.</summary>
internal ref struct RedoParser(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> _rest = record;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public RedoStep ReadStep()
    {
        byte step = Take(1)[0];
        return (RedoStep)step;
    }

    /// <exception cref="InvalidDataException">The record ends within the number.</exception>
    public ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte group = Take(1)[0];
            number |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80) return number;
        }

        throw new InvalidDataException("a number is too long");
    }

    /// <exception cref="InvalidDataException">The record ends within the bytes.</exception>
    public ReadOnlySpan<byte> ReadBytes() => Take(ReadNumber());

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length) throw new InvalidDataException("it ends too early");
        ReadOnlySpan<byte> bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }
}
