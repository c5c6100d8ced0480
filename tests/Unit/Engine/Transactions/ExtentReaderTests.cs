using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Transactions;

/// <summary>References to long values that no sound file holds.</summary>
public sealed class ExtentReaderTests
{
    private const int PageBytes = 4096;
    private const uint PageCount = 100;

    private static readonly int PayloadBytes = OverflowPage.PayloadBytes(PageBytes);

    private static readonly ExtentReference Sound =
        new(new PageId(10), 3, (ulong)(3 * PayloadBytes), new TransactionId(2), 7, 8);

    [Fact]
    public void An_extent_lies_within_the_file()
    {
        Assert.Null(ProblemOf(Sound));
        Assert.Null(ProblemOf(Sound with { First = new PageId(PageCount - 3) }));
        const string Outside = "a long value reaches outside the file";
        Assert.Equal(Outside, ProblemOf(Sound with { First = new PageId(1) }));
        Assert.Equal(Outside, ProblemOf(Sound with { First = new PageId(PageCount - 2) }));
        Assert.Equal(Outside, ProblemOf(Sound with { PageCount = uint.MaxValue }));
    }

    [Fact]
    public void An_extent_has_just_the_pages_that_its_value_needs()
    {
        ulong fits = Sound.Length;
        Assert.Null(ProblemOf(Sound with { Length = fits - (ulong)PayloadBytes + 1 }));
        ulong[] wrong = [0, fits - (ulong)PayloadBytes, fits + 1, PageLimits.ValueBytesMax + 1UL];
        Assert.All(wrong, length => Assert.Contains(
            "in 3 pages", ProblemOf(Sound with { Length = length }), StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_of_another_value_are_not_taken_for_those_of_the_reference()
    {
        ExtentReader.CheckCrc(Sound, Sound.Crc);
        Assert.Throws<CorruptPageException>(() => ExtentReader.CheckCrc(Sound, Sound.Crc + 1));
    }

    [Fact]
    public void A_value_behind_the_end_of_the_file_is_damage_and_names_the_missing_page()
    {
        SimulatedDisk disk = new();
        using IStorage storage = disk.OpenStorage();
        using IStorageFile main = storage.Open("", StorageOpening.WriteOrCreate);
        main.Grow(11 * PageBytes);
        using PageFile file = new(storage, main, PageBytes);
        byte[] value = new byte[Sound.Length];
        CorruptPageException damage = Assert.Throws<CorruptPageException>(
            () => ExtentReader.Read(file, Sound, 0, value));
        Assert.Equal(11, damage.PageId);
        Assert.Contains("the file ends before it", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_read_behind_the_end_of_a_value_or_into_no_room()
    {
        SimulatedDisk disk = new();
        using IStorage storage = disk.OpenStorage();
        using IStorageFile main = storage.Open("", StorageOpening.WriteOrCreate);
        using PageFile file = new(storage, main, PageBytes);
        Assert.Equal(0, ExtentReader.Read(file, Sound, (long)Sound.Length, new byte[1]));
        Assert.Equal(0, ExtentReader.Read(file, Sound, 5, []));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ExtentReader.Read(file, Sound, -1, new byte[1]));
    }

    private static string? ProblemOf(in ExtentReference extent) =>
        ExtentReader.FindShapeProblem(extent, PageCount, PageBytes);
}
