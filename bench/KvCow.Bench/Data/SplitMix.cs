namespace KvCow.Bench.Data;

/// <summary>Random numbers that every peer's run repeats from one seed.</summary>
internal struct SplitMix(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(seed);

    /// <summary>One step of splitmix64 from <paramref name="x"/>: a bijection.</summary>
    public static ulong Mix(ulong x)
    {
        ulong z = x + Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Next()
    {
        ulong result = Mix(_state);
        _state += Step;
        return result;
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public long Below(long count) => (long)BigMul(Next(), (ulong)count);

    private static ulong BigMul(ulong a, ulong b) => Math.BigMul(a, b, out _);
}
