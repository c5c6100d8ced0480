using System.Text;
using KvCow.Cli.Import;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

public class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("\n\na\r\nb", new[] { "", "", "a\r", "b" })]
    public void Lines_end_at_line_feeds_and_at_the_end(string text, string[] lines) =>
        Assert.Equal(lines, ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    [Theory, Seeds(count: 10)]
    public void Lines_of_any_length_survive_any_division_of_the_stream(int seed)
    {
        Random random = new(seed);
        string[] lines = [.. Enumerable.Range(0, 50).Select(
            i => new string((char)('a' + (i % 26)), 1 << random.Next(18)))];
        using MemoryStream text = new(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        Assert.Equal(lines, ReadAll(new TricklingStream(text, random)));
    }

    private static List<string> ReadAll(Stream stream)
    {
        LineReader reader = new(stream);
        List<string> lines = [];
        while (reader.TryRead(out ReadOnlySpan<byte> line))
            lines.Add(Encoding.UTF8.GetString(line));
        Assert.Equal(lines.Count, reader.LineCount);
        return lines;
    }

    /// <summary>Gives fewer bytes than asked for, as a pipe does.</summary>
    private sealed class TricklingStream(Stream source, Random random) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            source.Read(buffer, offset, Math.Min(count, 1 << random.Next(20)));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException();
    }
}
