using System.Buffers.Binary;
using System.Reflection;
using KvCow.Engine;

namespace KvCow.Tests.Properties;

/// <summary>The shipped engine has neither planted bugs nor synchronisation points.</summary>
public sealed class ShippedEngineTests
{
    private const byte CallOpcode = 0x28;

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Assembly Engine = typeof(SyncPoints).Assembly;

    [Theory]
    [InlineData(typeof(PlantedBugs))]
    [InlineData(typeof(PlantedRaces))]
    public void Planted_bugs_are_constants_that_are_false(Type planted)
    {
        ArgumentNullException.ThrowIfNull(planted);
        FieldInfo[] fields = planted.GetFields(All);
        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.True(field.IsLiteral));
        Assert.All(fields, field => Assert.Equal(false, field.GetRawConstantValue()));
        Assert.Empty(planted.GetProperties(All));
    }

    [Fact]
    public void Nothing_is_left_of_the_synchronisation_points()
    {
        Assert.Null(Engine.GetType("KvCow.Engine.IThreadSchedule"));
        int[] points = [.. typeof(SyncPoints).GetMethods(All)
            .Where(method => method.Name != nameof(SyncPoints.Queue))
            .Select(method => method.MetadataToken)];
        Assert.True(points.Length >= 5);
        MethodBase[] callers = [.. Engine.GetTypes()
            .Where(type => type != typeof(SyncPoints))
            .SelectMany(type => type.GetMembers(All).OfType<MethodBase>())
            .Where(method => Calls(method, points))];
        Assert.Empty(callers);
    }

    private static bool Calls(MethodBase method, int[] tokens)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at + 5 <= code.Length; at++)
        {
            if (code[at] != CallOpcode) continue;
            if (tokens.Contains(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1))))
                return true;
        }

        return false;
    }
}
