namespace KvCow.Tests.Documents.Snippets;

/// <summary>The code of docs/backup.md, and of README.md about it.</summary>
[Collection(nameof(CurrentFolder))]
public sealed class BackupSnippets(CurrentFolder folder)
{
    [Fact]
    public void Backups_of_the_guide()
    {
        folder.Clear();
        using Database database = Open("running.kvcow");
        database.BackupTo("shop.backup");
        using ReadTransaction snapshot = database.BeginRead();
        BackupOptions options = new() { Mode = BackupMode.Verbatim, Overwrite = true };
        snapshot.BackupTo("shop.backup", options);
        Database.Restore("shop.backup", "shop.kvcow", new BackupOptions { Overwrite = true });
        AssertHasOrders("shop.kvcow");
    }

    [Fact]
    public void Backups_of_the_readme()
    {
        folder.Clear();
        using Database database = Open("running.kvcow");
        using MemoryStream stream = new();
        database.BackupTo("shop.backup");
        Database.Restore("shop.backup", "new.kvcow");
        database.ExportTo(stream);
        AssertHasOrders("new.kvcow");
        Assert.True(stream.Length > 0);
    }

    [Fact]
    public void Salvage_of_the_readme()
    {
        folder.Clear();
        Open("damaged.kvcow").Dispose();
        SalvageReport report = Database.Salvage("damaged.kvcow", "rescued.kvcow");
        foreach (SalvageLoss loss in report.Losses)
            Console.WriteLine($"{loss.Entries} entries of {loss.Bucket}: {loss.Problem}");
        Assert.True(report.IsComplete);
        AssertHasOrders("rescued.kvcow");
    }

    private static Database Open(string path)
    {
        Database database = Database.Open(path);
        database.Write(transaction => { transaction.CreateBucket("orders"); });
        return database;
    }

    private static void AssertHasOrders(string path)
    {
        using Database restored = Database.Open(path);
        Assert.True(restored.Read(transaction => transaction.BucketExists("orders")));
    }
}
