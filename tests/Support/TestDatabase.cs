using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;
using Xunit;

namespace KvCow.Tests.Support;

/// <summary>
/// A database on a simulated disk. Disposing closes it, opens it again and verifies every page.
/// </summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly StoreOptions _options;
    private bool _isExpectedDamaged;

    private TestDatabase(StoreOptions options)
    {
        _options = options;
        Database = Database.Open(Disk.OpenStorage(), options);
    }

    public SimulatedDisk Disk { get; } = new();

    public Database Database { get; private set; }

    public static TestDatabase Create(int pageBytes = 4096, long cacheBytes = 1 << 20) =>
        new(new StoreOptions { PageBytes = pageBytes, CacheBytes = cacheBytes });

    public static TestDatabase Create(StoreOptions options) => new(options);

    public void Reopen()
    {
        Database.Dispose();
        Database = Database.Open(Disk.OpenStorage(), _options);
    }

    /// <summary>For tests that damage the disk: no verify at the end.</summary>
    public void ExpectDamage() => _isExpectedDamaged = true;

    public void Dispose()
    {
        if (_isExpectedDamaged)
        {
            Database.Dispose();
            return;
        }

        Reopen();
        VerifyReport report = Database.Verify();
        Database.Dispose();
        Assert.Empty(report.Findings);
        Assert.Equal(0, Disk.OpenFileCount);
    }
}
