using KvCow.Cli;
using KvCow.Cli.Arguments;

namespace KvCow.Tests.Cli;

public class ByteLiteralTests
{
    [Theory]
    [InlineData("X'00cafe'", new byte[] { 0x00, 0xca, 0xfe })]
    [InlineData("x'00CAfe'", new byte[] { 0x00, 0xca, 0xfe })]
    [InlineData("X''", new byte[0])]
    public void A_hex_literal_means_its_bytes(string text, byte[] bytes) =>
        Assert.Equal(bytes, ByteLiteral.Parse(text).Bytes);

    [Theory]
    [InlineData("", new byte[0])]
    [InlineData("aé", new byte[] { 0x61, 0xc3, 0xa9 })]
    [InlineData("X00", new byte[] { 0x58, 0x30, 0x30 })]
    [InlineData("'00'", new byte[] { 0x27, 0x30, 0x30, 0x27 })]
    public void Any_other_text_means_its_utf8_bytes(string text, byte[] bytes) =>
        Assert.Equal(bytes, ByteLiteral.Parse(text).Bytes);

    [Theory]
    [InlineData("X'0'")]
    [InlineData("X'0g'")]
    [InlineData("X'00")]
    [InlineData("X'")]
    public void What_is_no_literal_is_refused(string text) =>
        Assert.Throws<UsageException>(() => ByteLiteral.Parse(text));

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.Throws<UsageException>(() => ByteLiteral.Parse("a\ud800"));

    [Fact]
    public void A_bucket_path_is_divided_at_slashes_into_literals()
    {
        BucketPath path = BucketPath.Parse("a/X'2f00'/é");
        Assert.Equal([[0x61], [0x2f, 0x00], [0xc3, 0xa9]], path.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a//b")]
    [InlineData("a/X''")]
    public void A_bucket_path_has_no_empty_names(string text) =>
        Assert.Throws<UsageException>(() => BucketPath.Parse(text));
}
