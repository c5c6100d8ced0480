using System.Diagnostics;
using System.IO.Compression;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

/// <summary>Packages are made of what was built; the tool is installed from its own.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string _folder =
        Directory.CreateTempSubdirectory("kvcow-packages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [SharedData(1, "src/Buckets", "KvCow")]
    [SharedData(1, "src/Engine", "KvCow.Engine")]
    [SharedData(2, "src/Cli", "KvCow.Cli")]
    public void A_package_holds_its_documents_and_the_tool_runs_from_its_own(
        string project, string name)
    {
        Pack(project);
        string package = Assert.Single(Directory.EnumerateFiles(_folder, "*.nupkg"));
        bool isTool = name == "KvCow.Cli";
        using ZipArchive content = ZipFile.OpenRead(package);
        string[] expected = isTool
            ? [$"tools/net10.0/any/{name}.dll", "README.md", "LICENSE"]
            : [$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md", "LICENSE"];
        Assert.All(expected, file => Assert.NotNull(content.GetEntry(file)));
        using StreamReader reader = new(content.GetEntry($"{name}.nuspec")!.Open());
        string description = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">MIT</license>", description,
            StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", description, StringComparison.Ordinal);
        if (isTool) InstallAndRun();
    }

    private void InstallAndRun()
    {
        // Only this folder may be asked for packages: the test needs no network.
        string sources = Path.Combine(_folder, "nuget.config");
        File.WriteAllText(sources, $"""
            <configuration>
              <packageSources><clear /><add key="here" value="{_folder}" /></packageSources>
            </configuration>
            """);
        string tools = Path.Combine(_folder, "tools");
        Run("dotnet", "tool", "install", "KvCow.Cli", "--tool-path", tools,
            "--configfile", sources);
        string kvcow = Path.Combine(tools, OperatingSystem.IsWindows() ? "kvcow.exe" : "kvcow");
        string database = Path.Combine(_folder, "a.kvcow");
        Run(kvcow, "put", database, "k", "v");
        Assert.Equal("v", Run(kvcow, "get", database, "k").Trim());
        Assert.StartsWith("sound: ", Run(kvcow, "verify", database), StringComparison.Ordinal);
    }

    private void Pack(string project) => Run(
        "dotnet", "pack", Path.Combine(Repository.Root, project), "--no-build",
        "-c", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)),
        "-o", _folder, "-nodeReuse:false", "-v", "quiet");

    private static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!; // Null only with the shell.
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)}\n{output}{error.Result}");
        return output;
    }
}
