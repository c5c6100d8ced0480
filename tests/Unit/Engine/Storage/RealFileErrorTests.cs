using KvCow.Engine.Storage;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Unit.Engine.Storage;

/// <summary>What a real file system refuses is told, with the name of the file.</summary>
public sealed class RealFileErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_cannot_be_looked_at_is_not_taken_for_missing()
    {
        using FileStorage tooLong = new(_folder.FileNamed(new string('x', 300)));
        Told(tooLong.Path, "examine", () => tooLong.Exists(""));
        string path = _folder.FileNamed("inner/data.kvcow");
        string inner = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(inner);
        using FileStorage storage = new(path);
        using IStorageFile file = storage.Open("", StorageOpening.WriteOrCreate);
        Directory.Move(inner, inner + "2");
        File.WriteAllText(inner, "a file where the folder was");
        Told(path, "examine", () => file.IsStillLinked());
    }

    [Fact]
    public void What_cannot_be_deleted_flushed_or_cut_is_told()
    {
        string path = _folder.FileNamed("data.kvcow");
        using FileStorage storage = new(path);
        Directory.CreateDirectory(path + ".pending");
        Told(path + ".pending", "delete", () => storage.Delete(".pending"));
        using IStorageFile file = storage.Open("", StorageOpening.WriteOrCreate);
        Told(path, "truncate", () => file.Truncate(-1));
        Told(path, "read", () => file.Read(-4096, new byte[1]));
        using FileStorage elsewhere = new(_folder.FileNamed("gone/data.kvcow"));
        Told(_folder.FileNamed("gone"), "flush", elsewhere.FlushDirectory);
    }

    [Fact]
    public void The_root_of_the_file_system_is_no_file()
    {
        using FileStorage root = new("/");
        Assert.Throws<IOException>(() => root.Open("", StorageOpening.WriteOrCreate));
    }

    [Fact]
    public void Reserved_space_is_there_and_reads_as_zeros()
    {
        using FileStorage storage = new(_folder.FileNamed("data.kvcow"));
        using IStorageFile file = storage.Open("", StorageOpening.WriteOrCreate);
        file.Write(0, [1, 2, 3]);
        file.Reserve(1 << 20);
        file.Reserve(1 << 10); // It is longer already.
        Assert.Equal(1 << 20, file.Length);
        file.StartFlush(0, file.Length);
        byte[] content = new byte[8];
        Assert.Equal(8, file.Read(0, content));
        Assert.Equal([1, 2, 3, 0, 0, 0, 0, 0], content);
    }

    [Fact]
    public void Two_files_are_the_same_only_on_the_same_device()
    {
        FileStatus one = new(8, 1, 1000, 1, 0, IsRegular: true);
        Assert.True(one.IsSameFileAs(one with { LinkCount = 2 }));
        Assert.False(one.IsSameFileAs(one with { DeviceMajor = 9 }));
        Assert.False(one.IsSameFileAs(one with { DeviceMinor = 2 }));
        Assert.False(one.IsSameFileAs(one with { Inode = 1001 }));
    }

    private static void Told(string path, string operation, Action act)
    {
        IOException refusal = Assert.ThrowsAny<IOException>(act);
        Assert.StartsWith(
            $"Cannot {operation} {path}", refusal.Message, StringComparison.Ordinal);
    }

    private static void Told(string path, string operation, Func<object> act) =>
        Told(path, operation, new Action(() => act()));
}
