namespace KvCow.Tests.Properties.Pages;

/// <summary>The order of keys.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y)
    {
        Assert.NotNull(x);
        Assert.NotNull(y);
        return x.AsSpan().SequenceCompareTo(y);
    }

    /// <summary>Asserts that bytes are equal, faster than element by element.</summary>
    public static void AssertEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (!expected.SequenceEqual(actual)) Assert.Equal(expected.ToArray(), actual.ToArray());
    }
}
