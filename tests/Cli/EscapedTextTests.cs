using System.Buffers;
using System.Text;
using KvCow.Cli.Output;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

public class EscapedTextTests
{
    [Theory]
    [InlineData(new byte[] { 0x61, 0x09, 0x0a, 0x5c }, @"a\t\n\\")]
    [InlineData(new byte[] { 0x00, 0x1b, 0x7f, 0x0d }, @"\x00\x1b\x7f\x0d")]
    [InlineData(new byte[] { 0xc3, 0xa9 }, "é")]
    [InlineData(new byte[] { 0xc3, 0x61, 0xff }, @"\xc3a\xff")]
    [InlineData(new byte[] { 0xc2, 0x9b }, @"\xc2\x9b")]
    [InlineData(new byte[] { 0xe2, 0x82 }, @"\xe2\x82")]
    public void Special_bytes_are_escaped(byte[] bytes, string text) =>
        Assert.Equal(text, Encoding.UTF8.GetString(Escape(bytes)));

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"a\q")]
    [InlineData(@"\x")]
    [InlineData(@"\x0")]
    [InlineData(@"\x0g")]
    [InlineData(@"\x+1")]
    public void A_broken_escape_is_refused(string text)
    {
        Assert.False(EscapedText.TryRead(
            Encoding.UTF8.GetBytes(text), new ArrayBufferWriter<byte>(), out string problem));
        Assert.NotEmpty(problem);
    }

    [Theory, Seeds(count: 20)]
    public void Any_bytes_come_back_and_never_break_a_line(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            string text = Encoding.Latin1.GetString(bytes);
            if (random.Next(2) == 0) bytes = Encoding.UTF8.GetBytes(text);
            byte[] escaped = Escape(bytes);
            Assert.DoesNotContain((byte)'\n', escaped);
            Assert.DoesNotContain((byte)'\t', escaped);
            ArrayBufferWriter<byte> read = new();
            Assert.True(EscapedText.TryRead(escaped, read, out _));
            Assert.Equal(bytes, read.WrittenSpan.ToArray());
        }
    }

    private static byte[] Escape(byte[] bytes)
    {
        using MemoryStream stream = new();
        using OutputStream output = new(stream);
        EscapedText.Write(output, bytes);
        output.Flush();
        return stream.ToArray();
    }
}
