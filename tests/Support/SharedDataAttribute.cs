using System.Reflection;
using Xunit.Sdk;

namespace KvCow.Tests.Support;

/// <summary>
/// A row of a theory that only one part of the gate runs, Debug or Release; all of them where there
/// is no gate (<see cref="GateHalf"/>). For tests that start processes, to which the asserts of a
/// Debug build are little. Each part needs a row.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SharedDataAttribute(int number, params object[] data) : DataAttribute
{
    public int Number => number;

    public IReadOnlyList<object> Row => data;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        GateHalf.Has(number) ? [data] : [];
}
