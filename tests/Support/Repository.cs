namespace KvCow.Tests.Support;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    private static readonly string[] Generated = ["artifacts", "bin", "obj"];

    /// <summary>The C# sources below a folder, without what the build generates.</summary>
    public static IEnumerable<SourceFile> Sources(params string[] folders) =>
        from folder in folders
        let top = Path.Combine(Root, folder)
        where Directory.Exists(top)
        from path in Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(Generated.Contains)
        orderby relative
        select new SourceFile(relative, File.ReadAllLines(path));

    private static string FindRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "KvCow.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new DirectoryNotFoundException("No KvCow.sln above the tests.");
    }
}
