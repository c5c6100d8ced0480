using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Unit.Buckets;

public sealed class ExportTests
{
    [Theory, Seeds(count: 8)]
    public void What_is_imported_is_what_was_exported(int seed)
    {
        Random random = new(seed);
        using TestDatabase source = TestDatabase.Create();
        ModelBucket content = Fill(source.Database, random);
        byte[] export = Export(source.Database, out ExportTotals exported);

        // Other pages, another byte budget: the format knows nothing of either.
        using TestDatabase target = TestDatabase.Create(8192);
        ImportOptions options = new() { SingleTransaction = seed % 2 == 0 };
        using Stream stream = seed % 3 == 0 ? new OneWayStream(export) : new MemoryStream(export);
        Assert.Equal(exported, target.Database.ImportFrom(stream, options));
        Assert.Null(ContentComparison.FindDifference(target.Database, content));
        Assert.Equal(export, Export(target.Database, out _));
    }

    [Fact]
    public void Buckets_deeper_than_an_export_can_say_are_refused()
    {
        using TestDatabase source = TestDatabase.Create();
        source.Database.Write(static tx =>
        {
            WritableBucket deepest = tx.CreateBucket("b");
            for (int depth = 1; depth < 10_000; depth++) deepest = deepest.CreateBucket("b");
        });
        Export(source.Database, out ExportTotals totals);
        Assert.Equal(10_000, totals.Buckets);

        source.Database.Write(static tx =>
        {
            WritableBucket deepest = tx.OpenBucket("b");
            for (int depth = 1; depth < 10_000; depth++) deepest = deepest.OpenBucket("b");
            deepest.CreateBucket("b");
        });
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(
            () => Export(source.Database, out _));
        Assert.Contains("more than 10000 deep", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Use a backup", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Seeds(count: 4)]
    public void An_export_cut_short_or_changed_by_a_bit_is_refused_with_its_place(int seed)
    {
        Random random = new(seed);
        using TestDatabase source = TestDatabase.Create();
        Fill(source.Database, random);
        byte[] export = Export(source.Database, out _);
        using TestDatabase target = TestDatabase.Create();
        for (int i = 0; i < 40; i++)
        {
            byte[] bad = i % 2 == 0 ? export[..random.Next(export.Length)] : [.. export];
            if (i % 2 == 1) bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            using MemoryStream stream = new(bad);
            ExportFormatException refusal = Assert.Throws<ExportFormatException>(
                () => target.Database.ImportFrom(stream));
            Assert.InRange(refusal.Offset, 0, bad.Length);
            Assert.Empty(target.Database.Read(tx => tx.ListBuckets()));
        }

        using MemoryStream longer = new([.. export, 0]);
        Assert.Throws<ExportFormatException>(() => target.Database.ImportFrom(longer));
    }

    [Theory, InlineData(0), InlineData(8), InlineData(15)]
    public void A_stream_that_does_not_start_like_an_export_is_refused(int changed)
    {
        using TestDatabase test = TestDatabase.Create();
        byte[] export = Export(test.Database, out _);
        export[changed] ^= 1;
        using MemoryStream stream = new(export);
        ExportFormatException refusal = Assert.Throws<ExportFormatException>(
            () => test.Database.ImportFrom(stream));
        Assert.Equal(0, refusal.Offset);
    }

    [Fact]
    public void A_value_whose_length_is_a_lie_is_refused_before_room_is_made()
    {
        using MemoryStream stream = new();
        ExportBlockWriter writer = new(stream);
        writer.WriteHeader();
        writer.WriteKind(ExportFormat.OpenBucket);
        writer.WriteBytes("b"u8);
        writer.WriteNumber(0);
        writer.WriteKind(ExportFormat.Entry);
        writer.WriteBytes("k"u8);
        writer.WriteNumber(2_000_000_000);
        writer.Finish();
        stream.Position = 0;
        using TestDatabase target = TestDatabase.Create();
        ExportFormatException refusal =
            Assert.Throws<ExportFormatException>(() => target.Database.ImportFrom(stream));
        Assert.Equal(24, refusal.Offset);
    }

    [Fact]
    public void Buckets_that_exist_are_merged_unless_that_is_refused()
    {
        using TestDatabase source = TestDatabase.Create();
        source.Database.Write(tx => Put(tx, "a", 7));
        byte[] export = Export(source.Database, out _);
        using TestDatabase target = TestDatabase.Create();
        target.Database.Write(tx => Put(tx, "b", 9));
        using MemoryStream stream = new(export);
        ImportOptions refusing = new() { RefuseExistingBuckets = true };
        Assert.Throws<BucketExistsException>(() => target.Database.ImportFrom(stream, refusing));
        stream.Position = 0;
        target.Database.ImportFrom(stream);
        using ReadTransaction read = target.Database.BeginRead();
        Assert.Equal(2, read.OpenBucket("x").Count);
        Assert.Equal(9ul, read.OpenBucket("x").Sequence);

        static void Put(WriteTransaction tx, string key, ulong sequence)
        {
            WritableBucket bucket = tx.CreateBucket("x");
            bucket.Put(System.Text.Encoding.UTF8.GetBytes(key), "v"u8);
            bucket.SetSequence(sequence);
        }
    }

    private static byte[] Export(Database database, out ExportTotals totals)
    {
        using MemoryStream stream = new();
        totals = database.ExportTo(stream);
        return stream.ToArray();
    }

    private static ModelBucket Fill(Database database, Random random)
    {
        ModelBucket content = new();
        for (int i = 0; i < 30; i++)
        {
            database.Write(tx =>
            {
                Workload change = (i % 3) switch
                {
                    0 => SmallChanges.Apply,
                    1 => LargeChanges.Apply,
                    _ => BucketChanges.Apply,
                };
                change(tx, content, random);
            });
        }

        return content;
    }

    /// <summary>Gives a few bytes at a time and cannot go back.</summary>
    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) =>
            base.Read(buffer[..Math.Min(buffer.Length, 777)]);
    }
}
