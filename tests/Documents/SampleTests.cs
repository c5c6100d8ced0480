using System.Diagnostics;

namespace KvCow.Tests.Documents;

/// <summary>Each sample is run as a user would run it.</summary>
public sealed class SampleTests
{
    [Fact]
    public void Orders_keep_stock_and_orders_in_step()
    {
        Assert.Equal(
            [
                "There are not 1 apples left.",
                "ada 00000001: 30 apple",
                "ada 00000002: 5 pear",
                "grace 00000001: 70 apple",
                "apples left: 0",
            ],
            Run("Orders"));
    }

    [Fact]
    public void Many_readers_see_the_right_sum() => Assert.Equal(
        [
            "200 transfers beside 4 readers",
            "each reader added up at least once: True",
        ],
        Run("ManyReaders"));

    [Fact]
    public void A_time_series_is_counted_by_range() => Assert.Equal(
        [
            "readings from 6 to 12: 21600",
            "readings in all: 86400",
            "middle: 12:00:00",
            "last before nine: 08:59:59",
            "warmest of the first hour: 21.76",
            "dropped: 43200",
        ],
        Run("TimeSeries"));

    private static string[] Run(string sample)
    {
        using TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(
            Path.Combine(AppContext.BaseDirectory, $"KvCow.Samples.{sample}.dll"));
        start.ArgumentList.Add(folder.PathOf("sample.kvcow"));
        using Process process = Process.Start(start)!; // Null only with the shell.
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.TrimEnd().Split('\n');
    }
}
