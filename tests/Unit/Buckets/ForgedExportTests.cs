using System.Buffers.Binary;
using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>
/// Exports with right checksums whose records make no sense. Each is refused with its reason,
/// whether it can be read twice or not, and puts nothing into the database.
/// </summary>
public sealed class ForgedExportTests
{
    private static readonly byte[] Open = [ExportFormat.OpenBucket, 1, (byte)'b', 0];
    private static readonly byte[] End = [ExportFormat.End, 0, 0];
    private static readonly byte[] EndOfOne = [ExportFormat.End, 1, 0];

    /// <summary>A number too large for whatever it stands for: 2^62.</summary>
    private static readonly byte[] Huge =
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];

    private static readonly Dictionary<string, byte[]> Records = new()
    {
        ["no bucket is open to be closed"] = [ExportFormat.CloseBucket],
        ["a bucket has no name"] = [ExportFormat.OpenBucket, 0, 0],
        ["an entry outside any bucket"] = [ExportFormat.Entry, 1, (byte)'k', 0],
        ["a value of"] = [.. Open, ExportFormat.Entry, 1, (byte)'k', .. Huge],
        ["a key of"] = [.. Open, ExportFormat.Entry, .. Huge],
        ["it ends within a bucket"] = [.. Open, .. EndOfOne],
        ["it counts 2 buckets"] = [.. Open, ExportFormat.CloseBucket, ExportFormat.End, 2, 0],
        ["and 5 entries"] = [.. Open, ExportFormat.CloseBucket, ExportFormat.End, 1, 5],
        ["a record of an unknown kind"] = [9],
        ["more than 64 bits"] = [ExportFormat.OpenBucket, .. Enumerable.Repeat((byte)0xFF, 10)],
        ["records follow the last one"] = [.. End, ExportFormat.CloseBucket],
        ["it ends amid its records"] = Open,
    };

    public static TheoryData<string> Reasons => [.. Records.Keys];

    [Theory, MemberData(nameof(Reasons))]
    public void Records_that_make_no_sense_are_refused(string reason)
    {
        byte[] export =
            [.. Header(ExportFormat.Version), .. Block(0, Records[reason]), .. Block(1)];
        using TestDatabase test = TestDatabase.Create();
        using MemoryStream twice = new(export);
        using OnceOnly once = new(export);
        foreach (Stream source in (Stream[])[twice, once])
        {
            ExportFormatException refusal = Assert.Throws<ExportFormatException>(
                () => test.Database.ImportFrom(source));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
            Assert.Empty(test.Database.Read(static tx => tx.ListBuckets()));
        }
    }

    [Fact]
    public void Buckets_nested_deeper_than_any_are_refused() => Refused("nested more than",
        [
            .. Header(ExportFormat.Version),
            .. Block(0, [.. Enumerable.Repeat(Open, 10_001).SelectMany(bytes => bytes)]),
            .. Block(1),
        ]);

    [Fact]
    public void A_block_behind_the_last_record_is_refused()
    {
        byte[] header = Header(ExportFormat.Version);
        Refused("records follow", [.. header, .. Block(0, End), .. Block(1, End), .. Block(2)]);
    }

    [Fact]
    public void A_block_longer_than_any_is_refused_before_room_is_made()
    {
        byte[] length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, ExportFormat.PayloadBytesMax + 1);
        Refused("a block of 65537 bytes", [.. Header(ExportFormat.Version), .. length]);
    }

    [Fact]
    public void A_version_to_come_is_refused_by_its_number() =>
        Refused("its version 2 is not known", [.. Header(2), .. Block(0, End), .. Block(1)]);

    [Theory, InlineData(false), InlineData(true)]
    public void An_import_of_many_commits_keeps_the_place_in_nested_buckets(bool isSingle)
    {
        using TestDatabase source = TestDatabase.Create();
        source.Database.Write(tx =>
        {
            WritableBucket outer = tx.CreateBucket("outer");
            WritableBucket inner = outer.CreateBucket("inner");
            byte[] key = new byte[4];
            for (int i = 0; i < 12_000; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(key, i);
                outer.Put(key, key);
                inner.Put(key, []);
            }
        });
        using MemoryStream export = new();
        ExportTotals exported = source.Database.ExportTo(export);
        export.Position = 0;
        using TestDatabase target = TestDatabase.Create(8192);
        ulong before = target.Database.GetStatistics().TransactionId;
        LastReport last = new();
        target.Database.ImportFrom(
            export, new ImportOptions { SingleTransaction = isSingle }, last);
        ulong commits = target.Database.GetStatistics().TransactionId - before;
        Assert.Equal(exported, last.Totals);
        Assert.True(isSingle ? commits == 1 : commits > 2, $"{commits} commits");
        using MemoryStream again = new();
        target.Database.ExportTo(again);
        Assert.Equal(export.ToArray(), again.ToArray());
    }

    [Fact]
    public async Task The_stream_of_an_exported_value_only_goes_forwards()
    {
        byte[] export = [.. Header(ExportFormat.Version), .. Block(0, [1, 2, 3]), .. Block(1)];
        ExportBlockReader reader = new(new MemoryStream(export));
        reader.ReadHeader();
        await using ExportValueStream stream = new(reader, 3);
        Assert.Equal(1, stream.ReadByte());
        Assert.False(stream.CanSeek || stream.CanWrite);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
        byte[] rest = new byte[8];
        Assert.Equal(2, await stream.ReadAtLeastAsync(rest, 8, throwOnEndOfStream: false));
        Assert.Equal([2, 3], rest[..2]);
    }

    private static void Refused(string reason, byte[] export)
    {
        using TestDatabase test = TestDatabase.Create();
        using MemoryStream stream = new(export);
        ExportFormatException refusal = Assert.Throws<ExportFormatException>(
            () => test.Database.ImportFrom(stream));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Header(uint version)
    {
        byte[] header = new byte[ExportFormat.HeaderBytes];
        ExportFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), version);
        BinaryPrimitives.WriteUInt32LittleEndian(
            header.AsSpan(12), Crc32C.Compute(header.AsSpan(0, 12)));
        return header;
    }

    /// <summary>One block, however many records; the last one is empty.</summary>
    private static byte[] Block(ulong number, params byte[] payload)
    {
        byte[] block = new byte[sizeof(uint) + payload.Length + sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(block, payload.Length);
        payload.CopyTo(block, sizeof(uint));
        Span<byte> checkedBytes = block.AsSpan(0, block.Length - sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(checkedBytes.Length),
            ExportBlockWriter.Crc(number, checkedBytes));
        return block;
    }

    private sealed class LastReport : IProgress<ExportTotals>
    {
        public ExportTotals Totals { get; private set; }

        public void Report(ExportTotals value) => Totals = value;
    }

    /// <summary>As a pipe: what has been read is gone.</summary>
    private sealed class OnceOnly(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
