namespace KvCow.Tests.Support.Crash;

/// <summary>
/// What a bucket should hold: the plainest possible copy of it. The root is one too.
/// </summary>
internal sealed class ModelBucket
{
    public SortedList<byte[], byte[]> Entries { get; } = new(BytesComparer.Instance);

    public SortedList<byte[], ModelBucket> Buckets { get; } = new(BytesComparer.Instance);

    public ulong Sequence { get; set; }

    /// <summary>A copy that shares keys and values, which nobody changes.</summary>
    public ModelBucket Clone()
    {
        ModelBucket clone = new() { Sequence = Sequence };
        foreach ((byte[] key, byte[] value) in Entries) clone.Entries.Add(key, value);
        foreach ((byte[] name, ModelBucket bucket) in Buckets)
            clone.Buckets.Add(name, bucket.Clone());
        return clone;
    }

    /// <summary>Becomes what the other is, which is not to be used any more.</summary>
    public void TakeFrom(ModelBucket other)
    {
        Sequence = other.Sequence;
        Entries.Clear();
        foreach ((byte[] key, byte[] value) in other.Entries) Entries.Add(key, value);
        Buckets.Clear();
        foreach ((byte[] name, ModelBucket bucket) in other.Buckets) Buckets.Add(name, bucket);
    }
}
