using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine;

/// <summary>Files that come and go while somebody opens them.</summary>
public sealed class StoreOpeningTests
{
    private readonly SimulatedDisk _disk = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_removed_during_the_wait_is_not_created(bool readOnly)
    {
        using Database owner = Database.Open(_disk.OpenStorage(), new StoreOptions());
        IStorage storage = new WatchedStorage(
            _disk.OpenStorage(), () => _disk.OpenStorage().Delete(""));
        Assert.Throws<FileNotFoundException>(() => Database.Open(storage, new StoreOptions
        {
            CreateMode = readOnly ? CreateMode.OpenOrCreate : CreateMode.OpenExisting,
            ReadOnly = readOnly,
        }));
        Assert.DoesNotContain("", _disk.Names);
    }

    [Fact]
    public void A_file_that_somebody_else_has_just_created_is_not_new()
    {
        IStorage storage = new WatchedStorage(_disk.OpenStorage(), () =>
            Database.Open(_disk.OpenStorage(), new StoreOptions()).Dispose());
        Assert.Throws<IOException>(() => Database.Open(storage, new StoreOptions
        {
            CreateMode = CreateMode.CreateNew,
        }));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(47)]
    [InlineData(5000)]
    public void A_file_too_short_for_a_meta_page_or_of_something_else_is_no_database(int bytes)
    {
        using (IStorageFile file = _disk.OpenStorage().Open("", StorageOpening.WriteNew))
            file.Write(0, new byte[bytes]);
        UnsupportedFormatException refusal = Assert.Throws<UnsupportedFormatException>(
            () => Database.Open(_disk.OpenStorage(), new StoreOptions()));
        Assert.Contains("does not start like", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[bytes], _disk.ReadAll(""));
    }

    [Fact]
    public void A_file_of_a_format_to_come_is_refused_by_its_number_and_left_alone()
    {
        Database.Open(_disk.OpenStorage(), new StoreOptions()).Dispose();
        byte[] main = _disk.ReadAll("");
        for (int slot = 0; slot < 2; slot++)
        {
            main[(slot * 4096) + 48]++;
            PageChecksum.Seal(main.AsSpan(slot * 4096, 4096));
        }

        _disk.Damage.SetContent("", main);
        UnsupportedFormatException refusal = Assert.Throws<UnsupportedFormatException>(
            () => Database.Open(_disk.OpenStorage(), new StoreOptions()));
        Assert.Contains("format version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(main, _disk.ReadAll(""));
    }

    /// <param name="pageBytes">Size of a page.</param>
    /// <param name="isAlone">Whether the pages in their place are all that the file has.</param>
    [Theory]
    [InlineData(4096, false)]
    [InlineData(16384, false)]
    [InlineData(4096, true)]
    public void Without_both_meta_pages_a_database_is_corrupt_and_not_something_else(
        int pageBytes, bool isAlone)
    {
        StoreOptions options = new() { PageBytes = pageBytes };
        using (Database database = Database.Open(_disk.OpenStorage(), options))
            database.Write(static tx => tx.CreateBucket("b").Put([1], [2]));
        byte[] main = _disk.ReadAll("");
        main.AsSpan(2 * pageBytes, pageBytes).CopyTo(main);
        main.AsSpan(2 * pageBytes, pageBytes).CopyTo(main.AsSpan(pageBytes));
        if (isAlone) main.AsSpan(2 * pageBytes).Clear();
        _disk.Damage.SetContent("", main);
        CorruptPageException refusal = Assert.Throws<CorruptPageException>(
            () => Database.Open(_disk.OpenStorage(), options));
        Assert.Contains("no meta page is intact", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(main, _disk.ReadAll(""));
    }

    [Fact]
    public void Where_the_first_meta_page_is_gone_the_second_tells_the_version()
    {
        Database.Open(_disk.OpenStorage(), new StoreOptions()).Dispose();
        byte[] main = _disk.ReadAll("");
        main.AsSpan(0, 4096).Fill(7);
        main[4096 + 200] ^= 1;
        _disk.Damage.SetContent("", main);
        Assert.Throws<CorruptPageException>(
            () => Database.Open(_disk.OpenStorage(), new StoreOptions()));
    }

    [Fact]
    public void Where_the_system_does_not_name_the_owner_the_refusal_says_so()
    {
        DatabaseLockedException unnamed = new("shop.kvcow", null);
        Assert.Contains("another process", unnamed.Message, StringComparison.Ordinal);
        Assert.Null(unnamed.OwnerProcessId);
    }

    /// <summary>Lets something happen right after the first look for the main file.</summary>
    private sealed class WatchedStorage(IStorage inner, Action afterLook) : IStorage
    {
        private bool _hasLooked;

        public string Path => inner.Path;

        public bool Exists(string suffix)
        {
            bool exists = inner.Exists(suffix);
            if (suffix.Length == 0 && !_hasLooked)
            {
                _hasLooked = true;
                afterLook();
            }

            return exists;
        }

        public IStorageFile Open(string suffix, StorageOpening opening) =>
            inner.Open(suffix, opening);

        public void Delete(string suffix) => inner.Delete(suffix);

        public void Rename(string fromSuffix, string toSuffix) =>
            inner.Rename(fromSuffix, toSuffix);

        public void FlushDirectory() => inner.FlushDirectory();

        public void Dispose() => inner.Dispose();
    }
}
