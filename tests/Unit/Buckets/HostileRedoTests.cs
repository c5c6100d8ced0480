using KvCow.Engine;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Records of the redo log that nobody wrote. Their checksums are right.</summary>
public sealed class HostileRedoTests
{
    private const byte Name = (byte)RedoStep.Name;
    private const byte Put = (byte)RedoStep.Put;
    private const byte Create = (byte)RedoStep.Create;
    private const byte Drop = (byte)RedoStep.Drop;
    private const byte Move = (byte)RedoStep.Move;

    private static readonly byte[] NameSmall = [Name, 1, 1, 5, .. "small"u8];
    private static readonly byte[] PutEntry = [Put, 1, 1, (byte)'k', 1, (byte)'v'];

    public static TheoryData<string, byte[]> Records => new()
    {
        { "a step is unknown", [.. NameSmall, 99, 1] },
        { "a step ends after its kind", [.. NameSmall, Put] },
        { "a number is too long", [Put, .. Enumerable.Repeat((byte)0xFF, 11)] },
        { "a number does not end", [Put, 0xFF] },
        { "a key ends beyond the record", [.. NameSmall, Put, 1, 200, 1, (byte)'k'] },
        { "a value ends beyond the record", [.. NameSmall, Put, 1, 1, (byte)'k', 2, 0] },
        {
            "a length is the largest number",
            [.. NameSmall, Put, 1, .. Enumerable.Repeat((byte)0xFF, 9), 1]
        },
        { "a bucket number has no name", [.. NameSmall, Put, 2, 1, (byte)'k', 1, (byte)'v'] },
        { "a named bucket is missing", [Name, 1, 1, 4, .. "none"u8, .. PutEntry] },
        { "a path has more names than the record", [Name, 1, 0xFF, 0xFF, 0x7F, 1, (byte)'a'] },
        { "the top has entries", [Put, 0, 1, (byte)'k', 1, (byte)'v'] },
        { "a bucket is created twice", [Create, 0, 5, .. "small"u8] },
        { "a bucket without a name is created", [Create, 0, 0] },
        { "a missing bucket is moved", [Move, 0, 4, .. "none"u8, 0, 1, (byte)'x'] },
        { "a bucket is moved to an unknown one", [Move, 0, 5, .. "small"u8, 9, 1, (byte)'x'] },
        { "a bucket is moved into itself", [.. NameSmall, Move, 0, 5, .. "small"u8, 1, 1, 65] },
        { "a deleted bucket is written", [.. NameSmall, Drop, 0, 5, .. "small"u8, .. PutEntry] },
        {
            "a key is too long",
            [.. NameSmall, Put, 1, 0xD0, 0x0F, .. new byte[2000], 0]
        },
    };

    [Theory, MemberData(nameof(Records))]
    public void A_record_that_makes_no_sense_is_refused_and_nothing_changes(
        string what, byte[] record)
    {
        Assert.NotEmpty(what);
        // What is before it makes sense.
        foreach (byte[] told in (byte[][])[record, [.. NameSmall, .. PutEntry, .. record]])
        {
            FileImage image = Forge(told);
            using ImageStorage readOnly = new(image);
            Assert.Throws<CorruptPageException>(() => Open(readOnly, isReadOnly: true));
            Assert.Equal(0, readOnly.Writes);
            using ImageStorage storage = new(image);
            Assert.Throws<CorruptPageException>(() => Open(storage, isReadOnly: false));
            Assert.Equal(image.Main, storage.Take().Main);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_record_that_makes_sense_is_done(bool isReadOnly)
    {
        using ImageStorage storage = new(Forge([.. NameSmall, .. PutEntry]));
        using Database database = Open(storage, isReadOnly);
        Assert.Equal("v"u8.ToArray(), database.Read(tx => tx.OpenBucket("small").Get("k"u8)));
    }

    [Fact]
    public void A_log_that_is_told_again_may_be_told_with_two_flushes()
    {
        using ImageStorage storage = new(Forge([.. NameSmall, .. PutEntry]));
        using Database database = Database.Open(storage, new StoreOptions
        {
            CacheBytes = 1 << 20,
            Durability = Durability.Paranoid,
        });
        Assert.Equal("v"u8.ToArray(), database.Read(tx => tx.OpenBucket("small").Get("k"u8)));
        Assert.True(database.Verify().IsSound);
    }

    [Fact]
    public void A_log_that_is_refused_gives_its_part_of_a_shared_budget_back()
    {
        MemoryBudget budget = new(MemoryBudget.BytesMin);
        StoreOptions options = new() { Budget = budget };
        using ImageStorage refused = new(Forge([.. NameSmall, 99, 1]));
        for (int round = 0; round < 100; round++)
            Assert.Throws<CorruptPageException>(() => Database.Open(refused, options));
        using ImageStorage sound = new(SampleContent.All[0].Image);
        using Database database = Database.Open(sound, options);
        Assert.True(database.Verify().IsSound);
    }

    [Theory]
    [InlineData(1, 0)]              // Numbered as the commit after it.
    [InlineData(0, 1)]              // Longer than what is there.
    [InlineData(0, -1)]             // Shorter: the rest is too short for a record.
    [InlineData(0, int.MinValue)]   // Of negative length.
    public void A_batch_whose_records_are_not_where_they_should_be_is_damage(
        int idStep, int lengthStep)
    {
        FileImage image = SampleContent.All[1].Image.Copy();
        RedoForgery.ReplaceLast(
            image, [.. NameSmall, .. PutEntry], idStep, lengthStep);
        using ImageStorage storage = new(image);
        Assert.Throws<CorruptPageException>(() => Open(storage, isReadOnly: false));
        Assert.Equal(image.Main, storage.Take().Main);
    }

    private static FileImage Forge(ReadOnlySpan<byte> record)
    {
        FileImage image = SampleContent.All[1].Image.Copy();
        RedoForgery.ReplaceLast(image, record);
        return image;
    }

    private static Database Open(ImageStorage storage, bool isReadOnly) =>
        Database.Open(storage, new StoreOptions
        {
            CacheBytes = 1 << 20,
            CreateMode = CreateMode.OpenExisting,
            ReadOnly = isReadOnly,
        });
}
