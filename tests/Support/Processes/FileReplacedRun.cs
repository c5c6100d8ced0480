using System.Text;
using KvCow.Engine.Storage;
using Xunit;

namespace KvCow.Tests.Support.Processes;

/// <summary>
/// The file is unlinked, renamed or replaced while it is open: the next commit is not acknowledged
/// any more, what was read can still be read, and what has the name now is left alone.
/// </summary>
internal sealed class FileReplacedRun : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kvcow-file-");

    public static readonly string[] Changes =
        ["unlink", "rename", "replace", "copy", "directory"];

    public static readonly string[] Moments = ["begin", "commit", "commit async", "close"];

    private string Home => Path.Combine(_directory.FullName, "home");

    private string FilePath => Path.Combine(Home, "a.kvcow");

    private string OtherPath => Path.Combine(_directory.FullName, "other.kvcow");

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>The change is noticed before the next acknowledgement.</summary>
    public async Task Run(string change, string moment)
    {
        Directory.CreateDirectory(Home);
        Put(OtherPath, "other");
        Put(FilePath, "first");
        using (Database database = Database.Open(FilePath))
        {
            if (moment == "close") Change(change);
            else await Commit(database, change, moment);
        }

        CheckWhatHasTheName(change);
        Check(Moved(change), moment == "close" ? ["first"] : ["first", "second"]);
    }

    /// <summary>The close of the replaced file leaves its successor's log alone.</summary>
    public void RunSuccessor()
    {
        Directory.CreateDirectory(Home);
        Put(OtherPath, "other");
        Put(FilePath, "first");
        string log = FilePath + ".pending";
        Database replaced = Database.Open(FilePath);
        Change("replace");
        using (Database successor = Database.Open(FilePath))
        {
            successor.Write(static tx => tx.OpenBucket("b").Put("k"u8, "third"u8));
            byte[] before = ReadShared(log);
            replaced.Dispose();
            Assert.Equal(before, ReadShared(log));
        }

        Check(FilePath, ["third"]);
        Assert.False(File.Exists(log));
    }

    private async Task Commit(Database database, string change, string moment)
    {
        using ReadTransaction before = database.BeginRead();
        if (moment == "begin") Change(change);
        WriteTransaction tx = database.BeginWrite();
        tx.OpenBucket("b").Put("k"u8, "second"u8);
        if (moment != "begin") Change(change);
        Task commit = moment == "commit async"
            ? tx.CommitAsync().AsTask()
            : Task.Run(tx.Commit);
        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => commit);
        Assert.Contains("replaced", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(FilePath, failure.Message, StringComparison.Ordinal);

        // Nothing more is written, and all that was shown can still be read.
        Assert.Throws<DatabaseFailedException>(() => database.BeginWrite());
        Assert.True(database.GetStatistics().IsFailed);
        Assert.Equal("first"u8.ToArray(), before.OpenBucket("b").Get("k"u8));
        using ReadTransaction after = database.BeginRead();
        Assert.Equal("first"u8.ToArray(), after.OpenBucket("b").Get("k"u8));
    }

    private void Change(string change)
    {
        if (change == "unlink") File.Delete(FilePath);
        else if (change == "rename") File.Move(FilePath, FilePath + ".moved");
        else if (change == "directory") Directory.Move(Home, Home + ".moved");
        else ReplaceBy(change == "copy" ? FilePath : OtherPath);
    }

    private void ReplaceBy(string path)
    {
        string successor = FilePath + ".copy";
        File.WriteAllBytes(successor, ReadShared(path));
        File.Move(successor, FilePath, overwrite: true);
    }

    private void CheckWhatHasTheName(string change)
    {
        if (change is "replace" or "copy")
            Check(FilePath, [change == "copy" ? "first" : "other"]);
        else
            Assert.False(File.Exists(FilePath));
    }

    /// <summary>Where the file itself is now, if it has a name.</summary>
    private string? Moved(string change) => change switch
    {
        "rename" => FilePath + ".moved",
        "directory" => Path.Combine(Home + ".moved", "a.kvcow"),
        _ => null,
    };

    private static byte[] ReadShared(string path)
    {
        // Not by the File class, which asks for the lock that the database holds.
        using StorageFile file = StorageFile.Open(path, StorageOpening.ReadExisting);
        byte[] content = new byte[file.Length];
        Assert.Equal(content.Length, file.Read(0, content));
        return content;
    }

    private static void Put(string path, string value)
    {
        using Database database = Database.Open(path);
        database.Write(tx =>
            tx.OpenOrCreateBucket("b").Put("k"u8, Encoding.UTF8.GetBytes(value)));
    }

    private static void Check(string? path, string[] possible)
    {
        if (path is null) return;
        using Database database = Database.Open(path);
        Assert.Empty(database.Verify().Findings);
        using ReadTransaction tx = database.BeginRead();
        byte[]? value = tx.OpenBucket("b").Get("k"u8);
        Assert.NotNull(value);
        Assert.Contains(Encoding.UTF8.GetString(value), possible);
    }
}
