using System.Text;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BucketNameTests
{
    [Fact]
    public void Text_and_its_utf8_bytes_make_the_same_name()
    {
        BucketName text = "größe";
        BucketName bytes = "größe"u8;
        Assert.True(text.Bytes.SequenceEqual(bytes.Bytes));
        Assert.Equal("größe", bytes.ToString());
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_shown_in_hexadecimal()
    {
        BucketName name = new byte[] { 0x0A, 0xFF };
        Assert.Equal("X'0aff'", name.ToString());
    }

    [Fact]
    public void Text_that_utf8_cannot_say_is_refused() =>
        Assert.Throws<EncoderFallbackException>(() => { BucketName _ = "half \uD800"; });

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => { BucketName _ = (string)null!; });
        Assert.Throws<ArgumentNullException>(() => { BucketName _ = (byte[])null!; });
    }
}
