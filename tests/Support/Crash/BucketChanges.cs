namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Creates, drops, nests, renames and moves buckets, and changes entries in them.
/// </summary>
internal static class BucketChanges
{
    private const int DepthMax = 3;

    public static void Apply(WriteTransaction tx, ModelBucket model, Random random)
    {
        int count = random.Next(1, 4);
        for (int i = 0; i < count; i++) ChangeTop(tx, model, random);
    }

    private static void ChangeTop(WriteTransaction tx, ModelBucket model, Random random)
    {
        byte[] name = Name(random);
        byte[] other = Name(random);
        bool exists = model.Buckets.ContainsKey(name);
        bool taken = model.Buckets.ContainsKey(other);
        switch (random.Next(10))
        {
            case 0 when exists:
                tx.DeleteBucket(name);
                model.Buckets.Remove(name);
                break;
            case 1 when exists && !taken:
                tx.RenameBucket(name, other);
                Move(model, name, model, other);
                break;
            case 2 when exists && taken && !name.AsSpan().SequenceEqual(other):
                MoveInto(tx, model, name, other);
                break;
            default:
                WritableBucket bucket = tx.OpenOrCreateBucket(name);
                model.Buckets.TryAdd(name, new ModelBucket());
                Change(bucket, model.Buckets[name], 1, random);
                break;
        }
    }

    private static void MoveInto(WriteTransaction tx, ModelBucket model, byte[] name, byte[] parent)
    {
        WritableBucket target = tx.OpenBucket(parent);
        ModelBucket copy = model.Buckets[parent];
        if (copy.Buckets.ContainsKey(name)) return;
        tx.MoveBucket(name, target, name);
        Move(model, name, copy, name);
    }

    private static void Change(WritableBucket bucket, ModelBucket copy, int depth, Random random)
    {
        byte[] name = Name(random);
        byte[] other = Name(random);
        bool exists = copy.Buckets.ContainsKey(name);
        switch (random.Next(8))
        {
            case 0 when exists:
                bucket.DeleteBucket(name);
                copy.Buckets.Remove(name);
                break;
            case 1 when exists && !copy.Buckets.ContainsKey(other):
                bucket.RenameBucket(name, other);
                Move(copy, name, copy, other);
                break;
            case < 4 when depth < DepthMax:
                WritableBucket nested = bucket.OpenOrCreateBucket(name);
                copy.Buckets.TryAdd(name, new ModelBucket());
                Change(nested, copy.Buckets[name], depth + 1, random);
                break;
            default:
                int count = random.Next(1, 12);
                for (int i = 0; i < count; i++) SmallChanges.Change(bucket, copy, random);
                break;
        }
    }

    private static void Move(ModelBucket from, byte[] name, ModelBucket to, byte[] newName)
    {
        ModelBucket moved = from.Buckets[name];
        from.Buckets.Remove(name);
        to.Buckets.Add(newName, moved);
    }

    private static byte[] Name(Random random) => [(byte)'n', (byte)('a' + random.Next(5))];
}
