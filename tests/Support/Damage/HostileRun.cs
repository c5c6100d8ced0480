using System.Globalization;

namespace KvCow.Tests.Support.Damage;

/// <summary>Figures of a run over hostile files.</summary>
/// <param name="Files">Files tried.</param>
/// <param name="RefusedAtOpen">Of those, the ones that could not be opened for reading.</param>
/// <param name="FoundByVerify">Opened, and verify had findings.</param>
/// <param name="Passed">Opened, and nobody minded: the change has no meaning.</param>
internal readonly record struct HostileFigures(
    int Files, int RefusedAtOpen, int FoundByVerify, int Passed)
{
    public static HostileFigures operator +(HostileFigures a, HostileFigures b) => new(
        a.Files + b.Files, a.RefusedAtOpen + b.RefusedAtOpen,
        a.FoundByVerify + b.FoundByVerify, a.Passed + b.Passed);
}

/// <summary>
/// Hostile files, each put through every operation there is: data or a documented exception, in
/// bounded work and memory, and no write where one only reads (invariant 10).
/// </summary>
internal static class HostileRun
{
    // The copies that are changed, for the next file of the same sample: most of a run would be
    // memory that the system has to clear.
    [ThreadStatic]
    private static Dictionary<SampleContent, FileImage>? _copies;

    /// <summary>Makes the files of one seed and tries each.</summary>
    /// <param name="seed">Names them, with the number of each.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="files">How many.</param>
    public static HostileFigures Run(int seed, int first, int files)
    {
        HostileFigures figures = default;
        for (int number = first; number < first + files; number++)
            figures += RunOne(seed, number);
        return figures;
    }

    /// <summary>One file of a seed.</summary>
    public static HostileFigures RunOne(int seed, int number, bool isThorough = false)
    {
        Random random = new(HashCode(seed, number));
        (SampleContent Sample, FileMap Map)[] samples = HostileSamples.For(seed);
        (SampleContent sample, FileMap map) = samples[random.Next(samples.Length)];
        FileImage image = CopyOf(sample);
        HostileMutator mutator = new(map, image, random);
        try
        {
            mutator.Run();
            using HostileChecks checks = new(image, random, isThorough);
            return checks.Run();
        }
        catch (Exception failure)
        {
            throw new HostileFileException(string.Create(CultureInfo.InvariantCulture,
                $"seed {seed}, file {number} ({sample.Name}: {mutator.Description.Trim()})"),
                failure);
        }
    }

    private static FileImage CopyOf(SampleContent sample)
    {
        _copies ??= [];
        if (_copies.TryGetValue(sample, out FileImage? copy)) sample.Image.CopyTo(copy);
        else _copies.Add(sample, copy = sample.Image.Copy());
        return copy;
    }

    /// <summary>Not <see cref="System.HashCode"/>, which differs from one process to the next.
    /// </summary>
    private static int HashCode(int seed, int number) =>
        (int)unchecked(((uint)seed * 2654435761u) ^ ((uint)number * 40503u) ^ 0x5bd1e995u);
}
