using KvCow.Engine.Storage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class FileStorageTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kvcow-");
    private readonly string _path;
    private readonly FileStorage _storage;

    public FileStorageTests()
    {
        _path = Path.Combine(_directory.FullName, "data.kvcow");
        _storage = new FileStorage(_path);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void What_was_written_is_read_back_at_its_place()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(5000, [1, 2, 3]);
        file.Flush();

        byte[] read = new byte[4];
        Assert.Equal(4, file.Read(4999, read.AsSpan()[..4]));
        Assert.Equal([0, 1, 2, 3], read);
        Assert.Equal(5003, file.Length);
    }

    [Fact]
    public void A_read_past_the_end_returns_what_there_is()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1, 2, 3]);

        byte[] read = [9, 9, 9, 9];
        Assert.Equal(2, file.Read(1, read));
        Assert.Equal([2, 3, 9, 9], read);
        Assert.Equal(0, file.Read(3, read));
        Assert.Equal(0, file.Read(1 << 30, read));
    }

    [Fact]
    public void Empty_transfers_do_nothing()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(100, []);
        file.WriteGather(100, []);
        Assert.Equal(0, file.Read(0, []));
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void A_gather_write_puts_all_buffers_in_order()
    {
        // More buffers than one call takes, and no two neighbours in memory but the last pair.
        const int pageBytes = 512;
        using var arena = new PageArena(pageBytes, 2000);
        var pages = new List<PageBuffer>();
        for (int i = 0; i < 1200; i += 2) pages.Add(arena.PageAt(1998 - i));
        pages.Add(arena.PageAt(1999));
        pages.Add(arena.PageAt(0));
        pages.Add(arena.PageAt(1));
        for (int i = 0; i < pages.Count; i++) FillWithNumber(pages[i], i);

        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.WriteGather(pageBytes, pages.ToArray());

        Assert.Equal((pages.Count + 1) * pageBytes, file.Length);
        byte[] expected = new byte[pageBytes];
        byte[] read = new byte[pageBytes];
        for (int i = 0; i < pages.Count; i++)
        {
            Array.Fill(expected, (byte)(i % 251));
            file.Read((i + 1) * pageBytes, read);
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public void Growing_adds_zeros_that_take_space()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [7]);
        file.Grow(3_000_001);
        file.Grow(2_000_000);

        Assert.Equal(3_000_001, file.Length);
        byte[] read = new byte[3_000_001];
        Assert.Equal(read.Length, file.Read(0, read));
        Assert.Equal(7, read[0]);
        Assert.Equal(-1, read.AsSpan(1).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Truncating_forgets_what_was_behind_the_end()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1, 2, 3, 4]);
        file.Truncate(2);
        file.Grow(4);

        byte[] read = new byte[4];
        file.Read(0, read);
        Assert.Equal([1, 2, 0, 0], read);
    }

    [Fact]
    public void A_new_file_belongs_to_its_owner_alone()
    {
        if (OperatingSystem.IsWindows()) return; // No modes there.
        _storage.Open("", StorageOpening.WriteNew).Dispose();
        _storage.Open(".pending", StorageOpening.WriteOrCreate).Dispose();

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, File.GetUnixFileMode(_path));
        Assert.Equal(owner, File.GetUnixFileMode(_path + ".pending"));
    }

    [Fact]
    public void An_opening_creates_empties_or_keeps_as_it_says()
    {
        Assert.False(_storage.Exists(""));
        foreach (StorageOpening strict in
            new[] { StorageOpening.ReadExisting, StorageOpening.WriteExisting })
        {
            var missing = Assert.Throws<FileNotFoundException>(() => _storage.Open("", strict));
            Assert.Contains(_path, missing.Message, StringComparison.Ordinal);
        }

        using (IStorageFile file = _storage.Open("", StorageOpening.WriteOrCreate))
            file.Write(0, [1]);
        Assert.True(_storage.Exists(""));
        foreach (StorageOpening keeping in new[]
        {
            StorageOpening.ReadExisting,
            StorageOpening.WriteExisting,
            StorageOpening.WriteOrCreate,
        })
        {
            using IStorageFile file = _storage.Open("", keeping);
            Assert.Equal(1, file.Length);
        }

        using IStorageFile emptied = _storage.Open("", StorageOpening.WriteNew);
        Assert.Equal(0, emptied.Length);
    }

    [Fact]
    public void A_file_opened_for_reading_takes_no_writes()
    {
        _storage.Open("", StorageOpening.WriteNew).Dispose();
        using IStorageFile file = _storage.Open("", StorageOpening.ReadExisting);
        var failure = Assert.Throws<IOException>(() => file.Write(12345, [1]));
        Assert.Contains(_path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("write", failure.Message, StringComparison.Ordinal);
        Assert.Contains("12345", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_or_device_is_refused()
    {
        Directory.CreateDirectory(_path);
        foreach (StorageOpening opening in Enum.GetValues<StorageOpening>())
        {
            var failure = Assert.Throws<IOException>(() => _storage.Open("", opening));
            Assert.Contains("regular file", failure.Message, StringComparison.Ordinal);
        }

        if (OperatingSystem.IsWindows()) return;
        using var device = new FileStorage("/dev/null");
        Assert.Throws<IOException>(() => device.Open("", StorageOpening.WriteExisting));
    }

    [Fact]
    public void A_file_that_lost_its_name_is_noticed()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        Assert.True(file.IsStillLinked());

        _storage.Rename("", ".moved");
        Assert.False(file.IsStillLinked());
        using (_storage.Open("", StorageOpening.WriteNew)) Assert.False(file.IsStillLinked());
        _storage.Rename(".moved", "");
        Assert.True(file.IsStillLinked());
        _storage.Delete("");
        Assert.False(file.IsStillLinked());
        file.Write(0, [1]); // The file itself lives on until it is closed.
    }

    [Fact]
    public void Deleting_what_is_not_there_is_no_error()
    {
        _storage.Delete(".pending");
        _storage.Open(".pending", StorageOpening.WriteNew).Dispose();
        _storage.FlushDirectory();
        _storage.Delete(".pending");
        Assert.False(_storage.Exists(".pending"));
        Assert.Throws<FileNotFoundException>(() => _storage.Rename(".pending", ""));
    }

    [Fact]
    public void A_link_leads_to_the_files_beside_its_target()
    {
        string link = Path.Combine(_directory.FullName, "link.kvcow");
        _storage.Open("", StorageOpening.WriteNew).Dispose();
        File.CreateSymbolicLink(link, _path);

        using var linked = new FileStorage(link);
        linked.Open(".pending", StorageOpening.WriteNew).Dispose();
        Assert.Equal(_path, linked.Path);
        Assert.True(_storage.Exists(".pending"));
    }

    [Fact]
    public void Content_survives_a_dropped_cache()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1, 2, 3]);
        file.Flush();
        file.DropCache(0, 1 << 20);
        byte[] read = new byte[3];
        file.Read(0, read);
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void A_disposed_file_is_told_from_a_failed_one()
    {
        IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Write(0, [1]));
        Assert.Throws<ObjectDisposedException>(file.Flush);
    }

    [Fact]
    public void A_full_device_is_told_from_a_broken_one()
    {
        int[] full = OperatingSystem.IsWindows() ? [112, 39, 1295, 223] // Disk, quota, file size.
            : OperatingSystem.IsMacOS() ? [28, 27, 69] // ENOSPC, EFBIG, EDQUOT.
            : [28, 27, 122];
        foreach (int error in full)
        {
            var failure = Assert.Throws<StorageFullException>(
                () => Throw.Failed("write", "data.kvcow", 8192, error));
            Assert.Contains("8192", failure.Message, StringComparison.Ordinal);
        }

        Assert.Throws<IOException>(() => Throw.Failed("write", "data.kvcow", 8192, 5));
    }

    private static void FillWithNumber(PageBuffer page, int number) =>
        page.Span.Fill((byte)(number % 251));

    [Fact]
    public void A_link_in_the_place_of_a_file_beside_is_not_followed()
    {
        if (!OperatingSystem.IsLinux()) return;
        string prey = Path.Combine(_directory.FullName, "prey");
        File.WriteAllText(prey, "untouched");
        foreach (string suffix in new[] { ".pending", ".new" })
        {
            File.CreateSymbolicLink(_path + suffix, prey);
            foreach (StorageOpening opening in Enum.GetValues<StorageOpening>())
                Assert.Throws<IOException>(() => _storage.Open(suffix, opening));
            File.Delete(_path + suffix);
            File.CreateSymbolicLink(_path + suffix, Path.Combine(_directory.FullName, "absent"));
            Assert.Throws<IOException>(() => _storage.Open(suffix, StorageOpening.WriteOrCreate));
            Assert.False(File.Exists(Path.Combine(_directory.FullName, "absent")));
        }

        Assert.Equal("untouched", File.ReadAllText(prey));
    }
}
