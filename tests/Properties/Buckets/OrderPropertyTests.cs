using FsCheck;
using FsCheck.Fluent;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>Laws of order for any keys; FsCheck finds and shrinks what breaks them.</summary>
public sealed class OrderPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(60);

    [Fact]
    public void Any_keys_come_back_sorted_once_each_in_both_directions() =>
        Prop.ForAll<byte[][]>(keys => Holds(keys, static (bucket, sorted) =>
        {
            List<byte[]> up = [];
            foreach (EntryView entry in bucket) up.Add(entry.Key.ToArray());
            List<byte[]> down = [];
            foreach (EntryView entry in bucket.Reverse()) down.Add(entry.Key.ToArray());
            down.Reverse();
            return up.SequenceEqual(sorted, BytesEqual.Instance)
                && down.SequenceEqual(sorted, BytesEqual.Instance);
        })).Check(Runs);

    [Fact]
    public void The_rank_of_any_key_is_its_index_and_back() =>
        Prop.ForAll<byte[][]>(keys => Holds(keys, static (bucket, sorted) =>
            bucket.Count == sorted.Count
            && sorted.Select(static (key, index) => (key, index)).All(at =>
                bucket.Rank(at.key) == at.index
                && bucket.ElementAt(at.index).Key.AsSpan().SequenceEqual(at.key))))
            .Check(Runs);

    private static bool Holds(byte[]?[] keys, Func<Bucket, List<byte[]>, bool> law)
    {
        using TestDatabase test = TestDatabase.Create();
        SortedSet<byte[]> model = new(BytesComparer.Instance);
        test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            foreach (byte[]? key in keys)
            {
                if (key is null) continue;
                bucket.Put(key, key);
                model.Add(key);
            }
        });
        using ReadTransaction reader = test.Database.BeginRead();
        return law(reader.OpenBucket("b"), [.. model]);
    }

    private sealed class BytesEqual : IEqualityComparer<byte[]>
    {
        public static readonly BytesEqual Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
