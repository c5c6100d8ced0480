namespace KvCow.Tests.Documents.Snippets;

/// <summary>
/// Makes a temporary folder the current one, for documents name files without a folder. One test
/// at a time uses it.
/// </summary>
[CollectionDefinition(nameof(CurrentFolder), DisableParallelization = true)]
public sealed class CurrentFolder : ICollectionFixture<CurrentFolder>, IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;

    public CurrentFolder()
    {
        Environment.CurrentDirectory = _folder;
    }

    /// <summary>Removes what the last test left.</summary>
    public void Clear()
    {
        foreach (string file in Directory.EnumerateFiles(_folder)) File.Delete(file);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }
}
