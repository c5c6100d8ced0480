namespace KvCow.Tests.Cli;

public class BackupTests
{
    [Fact]
    public void A_backup_is_restored_and_an_export_imported()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "{\"key\":\"a\",\"value\":\"\\\"1\\n\"}\n"
            + "{\"key_hex\":\"ff\",\"value\":\"é\"}\n");
        folder.Do("import", input, "--format", "jsonl", "--bucket", "x/y");
        string[] entries = folder.Do("list", "--escape", "--bucket", "x/y").Lines;
        Assert.Equal(2, entries.Length);
        string backup = folder.PathOf("backup");
        folder.Do("backup", backup);
        Assert.Equal(4, folder.Run("backup", backup).ExitCode);
        folder.Do("backup", backup, "--verbatim", "--overwrite");
        string restored = folder.PathOf("restored");
        Run(0, "restore", backup, restored);
        Run(4, "restore", backup, restored);
        Assert.Equal(entries, Run(0, "list", restored, "--escape", "-b", "x/y").Lines);

        string export = folder.PathOf("export");
        folder.Do("export", export);
        string imported = folder.PathOf("imported");
        Run(0, "import", imported, export, "--format", "kvcow");
        Assert.Equal(entries, Run(0, "list", imported, "--escape", "-b", "x/y").Lines);
        foreach (string format in new[] { "tsv", "jsonl" })
        {
            string lines = folder.PathOf(format);
            folder.Do("export", lines, "--format", format, "--bucket", "x/y");
            Run(0, "import", imported, lines, "--format", format, "--bucket", format);
            Assert.Equal(entries, Run(0, "list", imported, "--escape", "-b", format).Lines);
        }

        byte[] bytes = File.ReadAllBytes(export);
        bytes[^20] ^= 1;
        File.WriteAllBytes(export, bytes);
        CommandRun refused = Run(3, "import", folder.PathOf("none"), export, "-f", "kvcow");
        Assert.Contains("at byte", refused.Error, StringComparison.Ordinal);
        bytes = File.ReadAllBytes(backup);
        bytes[(2 * 4096) + 99] ^= 1;
        File.WriteAllBytes(backup, bytes);
        Run(3, "restore", backup, restored, "--overwrite");
        Run(0, "verify", restored);
        Assert.Equal(2, folder.Run("export", "-", "--bucket", "x").ExitCode);
    }

    private static CommandRun Run(int exitCode, params string[] arguments)
    {
        CommandRun run = CommandFolder.RunWithInput("", arguments);
        Assert.True(run.ExitCode == exitCode, $"{arguments[0]}: {run.ExitCode}, {run.Error}");
        return run;
    }
}
