namespace KvCow.Tests.Support.Processes;

/// <summary>A folder of its own for each run of a real process; removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kvcow-");

    public string Path => _directory.FullName;

    public string FileNamed(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
