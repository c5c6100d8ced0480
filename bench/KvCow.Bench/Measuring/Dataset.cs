using System.Globalization;
using KvCow.Bench.Data;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Measuring;

/// <summary>The loaded databases that workloads begin with, one per peer, kept between runs.
/// </summary>
internal sealed class Dataset(string folder, int count)
{
    private const string Marker = "loaded";

    public int Count => count;

    /// <summary>A folder that workloads may change and delete.</summary>
    public string WorkFolder => Path.Combine(folder, "work");

    /// <summary>The peer's loaded database, which nobody changes; loads it if need be.</summary>
    public string Loaded(Peer peer)
    {
        string path = Path.Combine(
            folder, count.ToString(CultureInfo.InvariantCulture), peer.Name);
        string marker = Path.Combine(path, Marker);
        string version = VersionOf(peer);
        if (File.Exists(marker) && File.ReadAllText(marker) == version) return path;
        Renew(path);
        using (IEngine engine = peer.Open(EngineSettings.Durable(path, count)))
        {
            Load(engine);
            engine.Settle();
            if (peer.Name == "rocksdb") engine.Compact();
        }

        File.WriteAllText(marker, version);
        return path;
    }

    /// <summary>A copy of the loaded database, on the device before it is handed out.</summary>
    public string Copy(Peer peer, string name)
    {
        string from = Loaded(peer);
        string to = Path.Combine(WorkFolder, name);
        Renew(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            string copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            Flush(copy);
        }

        return to;
    }

    /// <summary>An empty folder for a new database.</summary>
    public string Empty(string name)
    {
        string path = Path.Combine(WorkFolder, name);
        Renew(path);
        return path;
    }

    public void Clean()
    {
        if (Directory.Exists(WorkFolder)) Directory.Delete(WorkFolder, recursive: true);
    }

    /// <summary>Bytes of all files of a database.</summary>
    public static long BytesOf(string path) => Directory.EnumerateFiles(path)
        .Where(file => Path.GetFileName(file) != Marker)
        .Sum(file => new FileInfo(file).Length);

    private static void Renew(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
    }

    private static void Flush(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>KvCow's file is made anew by each build, as its format may have changed.</summary>
    private static string VersionOf(Peer peer) => peer.Name == Peer.Ours
        ? typeof(Database).Module.ModuleVersionId.ToString() + EngineVersion()
        : "1";

    private static string EngineVersion() =>
        typeof(Durability).Module.ModuleVersionId.ToString();

    private void Load(IEngine engine)
    {
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        using IWriter writer = engine.OpenWriter();
        writer.Begin();
        for (int i = 0; i < count; i++)
        {
            Records.WriteKey(i, key);
            Records.WriteValue(i, 0, value);
            writer.Put(key, value);
        }

        writer.Commit();
    }
}
