namespace KvCow.Tests.Cli;

public class SalvageTests
{
    [Fact]
    public void What_is_whole_is_rescued_and_what_is_lost_is_told()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v", "--bucket", "whole");
        folder.Do("put", "k", "to be damaged", "--bucket", "hurt");
        string sound = folder.PathOf("sound");
        CommandRun complete = CommandFolder.RunWithInput("", "salvage", folder.Database, sound);
        Assert.True(complete.ExitCode == 0, complete.Error);
        Assert.Contains("2 entries in 2 buckets", complete.Text, StringComparison.Ordinal);

        byte[] bytes = File.ReadAllBytes(folder.Database);
        int place = bytes.AsSpan().LastIndexOf("to be damaged"u8);
        bytes[place] ^= 1;
        File.WriteAllBytes(folder.Database, bytes);
        folder.ExpectDamage();
        string rescued = folder.PathOf("rescued");
        CommandRun partial = CommandFolder.RunWithInput("", "salvage", folder.Database, rescued);
        Assert.Equal(3, partial.ExitCode);
        Assert.Contains("lost: 1 entries of bucket 'hurt'", partial.Text, StringComparison.Ordinal);
        CommandRun verified = CommandFolder.RunWithInput("", "verify", rescued);
        Assert.Equal(0, verified.ExitCode);
        CommandRun got = CommandFolder.RunWithInput("", "get", rescued, "k", "--bucket", "whole");
        Assert.Equal("v\n", got.Text);
        CommandRun again = CommandFolder.RunWithInput("", "salvage", folder.Database, rescued);
        Assert.Equal(4, again.ExitCode);
    }
}
