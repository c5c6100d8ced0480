using System.Runtime.InteropServices;
using KvCow.Bench.Peers.KvCowEngines;
using KvCow.Bench.Peers.Lmdb;
using KvCow.Bench.Peers.RocksDb;
using KvCow.Bench.Peers.Sqlite;

namespace KvCow.Bench.Peers;

/// <summary>A database that can be measured.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Title">As in a table.</param>
/// <param name="Library">The native library that has to be there; null if none.</param>
/// <param name="Open">Opens or creates a database.</param>
internal sealed record Peer(
    string Name, string Title, string? Library, Func<EngineSettings, IEngine> Open)
{
    public const string Ours = "kvcow";

    public static readonly IReadOnlyList<Peer> All =
    [
        new(Ours, "KvCow", null, settings => new KvCowEngine(settings)),
        new("lmdb", "LMDB", LmdbCalls.Library, settings => new LmdbEngine(settings)),
        new("rocksdb", "RocksDB", RocksCalls.Library, settings => new RocksEngine(settings)),
        new("sqlite", "SQLite", SqliteCalls.Library, settings => new SqliteEngine(settings)),
    ];

    /// <summary>True if its library can be loaded on this machine.</summary>
    public bool IsInstalled =>
        Library is null || NativeLibrary.TryLoad(Library, typeof(Peer).Assembly, null, out _);

    public static Peer Find(string name) =>
        All.FirstOrDefault(peer => peer.Name == name) ?? throw new ArgumentException(
            $"No peer '{name}': there are {string.Join(", ", All.Select(peer => peer.Name))}.");
}
