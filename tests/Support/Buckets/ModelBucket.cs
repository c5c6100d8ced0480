namespace KvCow.Tests.Support.Buckets;

/// <summary>What a bucket should hold, in plain sorted dictionaries.</summary>
internal sealed class ModelBucket
{
    public SortedDictionary<byte[], byte[]> Entries { get; } = new(BytesComparer.Instance);

    public SortedDictionary<byte[], ModelBucket> Nested { get; } = new(BytesComparer.Instance);

    public ulong Sequence { get; set; }

    public ModelBucket Clone()
    {
        ModelBucket clone = new() { Sequence = Sequence };
        foreach ((byte[] key, byte[] value) in Entries) clone.Entries.Add(key, value);
        foreach ((byte[] name, ModelBucket nested) in Nested)
        {
            clone.Nested.Add(name, nested.Clone());
        }

        return clone;
    }

    /// <summary>True if the other is this one or lies in it.</summary>
    public bool Reaches(ModelBucket other) =>
        this == other || Nested.Values.Any(nested => nested.Reaches(other));
}
