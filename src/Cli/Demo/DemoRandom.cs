namespace KvCow.Cli.Demo;

/// <summary>Random numbers that are the same in every run of the demo.</summary>
internal sealed class DemoRandom(ulong seed)
{
    private ulong _state = GeneratedPairs.Mix(seed);

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public long Below(long bound)
    {
        ulong next = GeneratedPairs.Mix(_state);
        _state += 0x9E3779B97F4A7C15;
        return (long)Math.BigMul(next, (ulong)bound, out _);
    }
}
