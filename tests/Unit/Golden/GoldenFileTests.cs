using KvCow.Engine;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Unit.Golden;

/// <summary>
/// Files of format version 1 are read for ever. To add one, extend <see cref="GoldenFile"/> and run
/// <c>KVCOW_MAKE_GOLDEN=1 dotnet test tests/Unit --filter FullyQualifiedName~GoldenFile</c>.
/// </summary>
public sealed class GoldenFileTests
{
    static GoldenFileTests()
    {
        if (Environment.GetEnvironmentVariable("KVCOW_MAKE_GOLDEN") == "1")
            GoldenFile.MakeMissing();
    }

    public static TheoryData<string> Names => [.. GoldenFile.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_golden_file_is_read_verified_and_written(string name)
    {
        GoldenFile golden = new(name);
        FileImage image = golden.Read();
        using (ImageStorage storage = new(image))
        using (Database database = Database.Open(storage, new StoreOptions { ReadOnly = true }))
        {
            Assert.Equal(golden.ReadContent(), GoldenFile.Describe(database));
            Assert.Empty(database.Verify().Findings);
            Assert.Equal(0, storage.Writes);
        }

        using ImageStorage changed = new(image);
        using (Database database = Database.Open(changed, new StoreOptions()))
        {
            Assert.Equal(golden.ReadContent(), GoldenFile.Describe(database));
            database.Write(tx => tx.OpenBucket("small").Put("new"u8, "value"u8));
        }

        using Database again = Database.Open(changed, new StoreOptions());
        Assert.Equal("value"u8.ToArray(),
            again.Read(tx => tx.OpenBucket("small").Get("new"u8)));
        Assert.Empty(again.Verify().Findings);
    }

    [Fact]
    public void Each_page_size_is_there_closed_and_stopped() =>
        Assert.Equal(13, GoldenFile.Names.Count());

    [Fact]
    public void One_was_stopped_with_deltas_in_its_pending_log()
    {
        foreach (string name in GoldenFile.Names)
        {
            long bytes = FileMap.Of(new GoldenFile(name).Read()).Meta.PendingBytes;
            Assert.Equal(name == GoldenFile.WithPendingLog, bytes > 0);
        }
    }

    [Fact]
    public void One_was_stopped_with_commits_in_its_redo_log()
    {
        foreach (string name in GoldenFile.Names)
        {
            FileImage image = new GoldenFile(name).Read();
            ulong told = RedoForgery.Find(image).Last.Value - FileMap.Of(image).Meta.Id.Value;
            Assert.Equal(name == GoldenFile.WithRedoLog, told > 1);
        }
    }
}
