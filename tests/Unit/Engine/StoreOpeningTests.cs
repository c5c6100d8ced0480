using KvCow.Engine;
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
