namespace KvCow.Tests.Unit.Buckets;

public sealed class PrefixBoundTests
{
    [Theory]
    [InlineData(new byte[] { 1, 2 }, new byte[] { 1, 3 })]
    [InlineData(new byte[] { 1, 0xFF }, new byte[] { 2 })]
    [InlineData(new byte[] { 0xFE, 0xFF, 0xFF }, new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xFF, 0 }, new byte[] { 0xFF, 1 })]
    [InlineData(new byte[] { 0xFF, 0xFF }, null)]
    [InlineData(new byte[0], null)]
    public void The_bound_is_the_least_key_above_all_with_the_prefix(
        byte[] prefix, byte[]? bound) =>
        Assert.Equal(bound, PrefixBound.After(prefix));
}
