using System.Globalization;
using System.Reflection;
using Xunit.Sdk;

namespace KvCow.Tests.Support;

/// <summary>
/// Runs a theory once for each seed from 1 to <paramref name="count"/>. The seed shows in the
/// test's name; the environment variable KVCOW_SEED runs that one seed alone.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SeedsAttribute(int count) : DataAttribute
{
    public int Count => count;

    /// <summary>
    /// The two halves of the gate share the seeds instead of running each twice: see
    /// <see cref="GateHalf"/>.
    /// </summary>
    public bool Shared { get; set; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        string? seed = Environment.GetEnvironmentVariable("KVCOW_SEED");
        if (!string.IsNullOrEmpty(seed)) return [[int.Parse(seed, CultureInfo.InvariantCulture)]];
        return Enumerable.Range(1, count)
            .Where(number => !Shared || GateHalf.Has(number))
            .Select(number => new object[] { number });
    }
}
