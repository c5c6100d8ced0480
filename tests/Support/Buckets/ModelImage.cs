namespace KvCow.Tests.Support.Buckets;

/// <summary>All buckets of a model at a savepoint; each comes back as the object it was.</summary>
internal sealed class ModelImage
{
    private readonly Dictionary<ModelBucket, ModelBucket> _copies = [];

    public ModelImage(ModelBucket top) => Add(top);

    public bool Contains(ModelBucket bucket) => _copies.ContainsKey(bucket);

    public void Restore()
    {
        foreach ((ModelBucket bucket, ModelBucket copy) in _copies) Copy(copy, bucket);
    }

    private void Add(ModelBucket bucket)
    {
        ModelBucket copy = new();
        Copy(bucket, copy);
        _copies.Add(bucket, copy);
        foreach (ModelBucket nested in bucket.Nested.Values) Add(nested);
    }

    private static void Copy(ModelBucket from, ModelBucket to)
    {
        to.Sequence = from.Sequence;
        to.Entries.Clear();
        foreach ((byte[] key, byte[] value) in from.Entries) to.Entries.Add(key, value);
        to.Nested.Clear();
        foreach ((byte[] name, ModelBucket nested) in from.Nested) to.Nested.Add(name, nested);
    }
}
