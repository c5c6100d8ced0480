using KvCow.Engine.Storage;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Unit.Engine.Storage;

/// <summary>The other handle of a file, of those who wait for the device beside others.</summary>
public sealed class SecondHandleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_of_the_same_file()
    {
        if (!OperatingSystem.IsLinux()) return; // Nobody asks for one.
        using FileStorage storage = new(_folder.FileNamed("data.kvcow"));
        using IStorageFile file = storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1, 2, 3]);
        using IStorageFile other = file.TryReopen()!;
        other.AwaitWritten(0, 3);
        Assert.Equal(file.Length, other.Length);
    }

    [Fact]
    public void Its_end_leaves_the_lock_to_the_first()
    {
        if (!OperatingSystem.IsLinux()) return;
        using FileStorage storage = new(_folder.FileNamed("data.kvcow"));
        using IStorageFile file = storage.Open("", StorageOpening.WriteNew);
        Assert.True(file.TryLock(exclusive: true));
        file.TryReopen()!.Dispose();
        using FileStorage rival = new(_folder.FileNamed("data.kvcow"));
        using IStorageFile again = rival.Open("", StorageOpening.WriteExisting);
        Assert.False(again.TryLock(exclusive: true));
    }

    [Fact]
    public void There_is_none_where_the_name_leads_elsewhere()
    {
        string path = _folder.FileNamed("data.kvcow");
        using FileStorage storage = new(path);
        using IStorageFile file = storage.Open("", StorageOpening.WriteNew);
        File.Move(path, path + ".moved");
        Assert.Null(file.TryReopen());
        File.WriteAllBytes(path, [4, 5]);
        Assert.Null(file.TryReopen());
    }
}
