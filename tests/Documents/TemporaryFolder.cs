namespace KvCow.Tests.Documents;

/// <summary>A folder for databases. Disposing verifies each and deletes the folder.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        foreach (string file in Directory.EnumerateFiles(_folder, "*.kvcow"))
        {
            using Database database = Database.Open(file);
            Assert.Empty(database.Verify().Findings);
        }

        Directory.Delete(_folder, recursive: true);
    }
}
