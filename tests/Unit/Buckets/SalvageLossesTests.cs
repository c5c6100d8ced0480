using System.Text;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>What a salvage says is missing, when the redo log moves buckets about.</summary>
public sealed class SalvageLossesTests
{
    private readonly SalvageLosses _losses = new();

    [Fact]
    public void What_is_missing_of_a_bucket_goes_where_the_bucket_goes()
    {
        _losses.Add(Place("a", "b"), Entries("a/b"));
        _losses.Add(Place("ab"), Entries("ab"));
        _losses.Move(Path("a"), Path("x", "y"));
        Assert.Equal(["x/y/b", "ab"], Told());
        _losses.Drop(Path("x"));
        Assert.Equal(["ab"], Told());
    }

    [Theory]
    [InlineData("k", true)]
    [InlineData("d", true)]   // Where the lost names begin.
    [InlineData("c", false)]
    [InlineData("m", false)]  // Where they end.
    public void A_bucket_whose_name_may_be_lost_may_miss_anything(string name, bool mayBeLost)
    {
        _losses.Add(Place("top"), Names("top", "d", "m"));
        _losses.Move(Path("top", name), Path("new"));
        _losses.Move(Path("top", name), Path("new")); // Told once.
        Assert.Equal(mayBeLost ? ["top", "new", "new"] : ["top"], Told());
        SalvageLoss[] unknown = [.. _losses.All.Where(static loss => loss.Bucket == "new")];
        Assert.All(unknown, static loss => Assert.True(loss.From is null && loss.To is null));
        Assert.Equal(mayBeLost ? [false, true] : [], unknown.Select(static l => l.IsCatalog));
    }

    [Fact]
    public void Without_bounds_any_name_may_be_lost_but_not_in_another_bucket()
    {
        _losses.Add(Place("top"), Names("top", null, null));
        _losses.Move(Path("other", "k"), Path("new"));
        _losses.Move(Path("top"), Path("top2"));
        Assert.Equal(["top2"], Told());
        _losses.Move(Path("top2", "k"), Path("new"));
        Assert.Equal(["top2", "new", "new"], Told());
    }

    [Fact]
    public void A_subtree_fills_a_gap_only_if_it_can_have_lain_there()
    {
        PageReference lost = new(new PageId(7), 1, new TransactionId(5), 10);
        LostRange gap = new(null, false, "d"u8.ToArray(), "m"u8.ToArray(), lost, lost.Id, "");
        Assert.True(gap.CanHold(Found(5, 10, "d", "l")));
        Assert.False(gap.CanHold(Found(6, 10, "d", "l"))); // Younger than what names it.
        Assert.False(gap.CanHold(Found(5, 11, "d", "l")));
        Assert.False(gap.CanHold(Found(5, 10, "c", "l")));
        Assert.False(gap.CanHold(Found(5, 10, "d", "m")));
        gap.Find(Found(5, 4, "d", "e"));
        Assert.False(gap.CanHold(Found(5, 7, "f", "g")));
        Assert.True(gap.CanHold(Found(5, 6, "f", "g")));
        Assert.Equal(6, gap.ToLoss().Entries);
        LostRange all = new(null, false, null, null, lost, lost.Id, "");
        Assert.True(all.CanHold(Found(5, 10, "", "zzz")));
    }

    private static LoosePage Found(ulong birth, ulong count, string first, string last) => new(
        new PageReference(new PageId(8), 2, new TransactionId(birth), count), 0, false,
        Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(last));

    private IEnumerable<string?> Told() => _losses.All.Select(static loss => loss.Bucket);

    private static SalvageLoss Entries(string bucket) =>
        new(bucket, IsCatalog: false, null, null, 3, 9, "rot");

    private static SalvageLoss Names(string bucket, string? from, string? to) => new(bucket,
        IsCatalog: true, from is null ? null : Encoding.UTF8.GetBytes(from),
        to is null ? null : Encoding.UTF8.GetBytes(to), 3, 9, "rot");

    private static byte[][] Path(params string[] names) =>
        [.. names.Select(Encoding.UTF8.GetBytes)];

    private static BucketPlace? Place(params string[] names)
    {
        BucketPlace? place = null;
        foreach (byte[] name in Path(names)) place = new BucketPlace(name, place);
        return place;
    }
}
