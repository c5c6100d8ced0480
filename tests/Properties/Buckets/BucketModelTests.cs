using KvCow.Tests.Support;
using KvCow.Tests.Support.Buckets;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>The whole public API against sorted dictionaries.</summary>
public sealed class BucketModelTests
{
    private const int OperationsMin = 2000;

    [Theory, Seeds(count: 200, Shared = true)]
    public void Buckets_agree_with_sorted_dictionaries(int seed) =>
        ModelHistory.Run(seed, OperationsMin);
}
