using System.Text.Json;

namespace KvCow.Tests.Cli;

public class BenchTests
{
    [Fact]
    public void Every_step_has_a_rate_and_nothing_is_left_behind()
    {
        string folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;
        CommandRun run = CommandFolder.RunWithInput("", "bench", "--count", "3000", "--commits",
            "5", "--cache-mb", "16", "--path", folder, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument result = JsonDocument.Parse(run.Output);
        JsonElement[] steps = [.. result.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.Equal(["fill", "get", "scan", "durable put"],
            steps.Select(step => step.GetProperty("name").GetString()));
        Assert.Equal([3000, 3000, 3000, 5],
            steps.Select(step => step.GetProperty("count").GetInt32()));
        Assert.All(steps, step => Assert.True(step.GetProperty("per_second").GetDouble() > 0));
        Assert.True(result.RootElement.GetProperty("file_bytes").GetInt64() > 3000 * 174);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }
}
