using KvCow.Bench.Data;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Instructions;

/// <summary>One call whose instructions are counted.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="KeysPerCall">How many random keys it is given, one behind the other.</param>
/// <param name="UnitsPerCall">By how many the count is divided: entries, values.</param>
/// <param name="Calls">How many calls are counted: long ones take seconds each.</param>
/// <param name="Begin">Makes the call for an open database.</param>
internal sealed record CountedOperation(string Name, int KeysPerCall, int UnitsPerCall, int Calls,
    Func<IEngine, Action<byte[]>> Begin)
{
    private const int Many = 320;

    public static readonly IReadOnlyList<CountedOperation> All =
    [
        new("get", 1, 1, 200, static engine =>
        {
            IReader reader = engine.OpenReader();
            return key => reader.Get(key);
        }),
        new("get-snapshot", 1, 1, 200, static engine =>
        {
            IReader reader = engine.OpenReader();
            return key =>
            {
                reader.Renew();
                reader.Get(key);
            };
        }),
        new("get-many", Many, Many, 5, static engine =>
        {
            IReader reader = engine.OpenReader();
            return keys => reader.GetMany(keys);
        }),
        new("seek-10", 1, 1, 200, static engine =>
        {
            IReader reader = engine.OpenReader();
            return key => reader.SeekAndStep(key, 10);
        }),
        new("next", 1, Many, 5, static engine =>
        {
            IReader reader = engine.OpenReader();
            return key => reader.SeekAndStep(key, Many);
        }),
        new("put-unflushed", 1, 1, 25, static engine =>
        {
            IWriter writer = engine.OpenWriter();
            byte[] value = new byte[Records.ValueBytes];
            return key =>
            {
                writer.Begin();
                value[0]++;
                writer.Put(key, value);
                writer.Commit();
            };
        }),
    ];

    public static CountedOperation Find(string name) =>
        All.FirstOrDefault(operation => operation.Name == name) ?? throw new ArgumentException(
            $"No operation '{name}': there are "
            + string.Join(", ", All.Select(operation => operation.Name)) + ".");
}
