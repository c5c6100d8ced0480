namespace KvCow.Tests.Cli;

public class ExportFileTests
{
    [Fact]
    public void An_export_is_for_its_owner_and_writes_through_no_link()
    {
        if (OperatingSystem.IsWindows()) return; // There are no such modes there.
        using CommandFolder folder = new();
        folder.Do("put", "k", "secret");
        string other = folder.Write("other", "untouched");
        string export = folder.PathOf("export");
        File.CreateSymbolicLink(export + ".part", other);
        folder.Do("export", export, "--format", "tsv");
        Assert.Equal("k\tsecret\n", File.ReadAllText(export));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(export));
        Assert.Equal("untouched", File.ReadAllText(other));
        Assert.False(File.Exists(export + ".part"));
    }
}
