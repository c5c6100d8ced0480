namespace KvCow.Bench.Data;

/// <summary>
/// What a database must hold: each record's version, or that it is deleted. Every peer's sums are
/// compared with it, so that none is fast by leaving something out.
/// </summary>
internal sealed class ExpectedState
{
    private const byte Deleted = byte.MaxValue;

    private readonly byte[] _versions;

    public ExpectedState(int count) => _versions = new byte[count];

    public int Count => _versions.Length;

    public void Put(long i, int version) => _versions[i] = checked((byte)version);

    public void Delete(long i) => _versions[i] = Deleted;

    /// <summary>The sum over one get of each record, 0 for one that is deleted.</summary>
    public int Touch(long i)
    {
        byte version = _versions[i];
        if (version == Deleted) return 0;
        Span<byte> value = stackalloc byte[Records.ValueBytes];
        Records.WriteValue(i, version, value);
        return Records.Touch(value);
    }

    /// <summary>The sum over all entries, as a scan finds it.</summary>
    public long ScanSum()
    {
        long sum = 0;
        for (int i = 0; i < _versions.Length; i++) sum += Touch(i);
        return sum;
    }

    /// <summary>The sum over <paramref name="gets"/> random gets.</summary>
    public long GetSum(ulong seed, long gets)
    {
        SplitMix random = new(seed);
        long sum = 0;
        for (long n = 0; n < gets; n++) sum += Touch(random.Below(Count));
        return sum;
    }
}
