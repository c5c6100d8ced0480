using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Unit.Golden;

/// <summary>
/// A database file of format version 1 as it was written once, with a list of what it holds. They
/// are never made anew: whatever changes, these have to be read.
/// </summary>
/// <param name="name">Its features, as in the name of the file.</param>
internal sealed class GoldenFile(string name)
{
    /// <summary>The one whose last commits are behind its meta page, in the redo log.</summary>
    public const string WithRedoLog = "stopped-with-redo-log-4096";

    /// <summary>The one whose last changes of the free list are in the file beside it.</summary>
    public const string WithPendingLog = "stopped-with-pending-log-4096";

    private static string Folder => Path.Combine(Repository.Root, "tests/Unit/Golden/v1");

    /// <summary>Every file there is.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.main.gz")
        .Select(static path => Path.GetFileName(path)[..^".main.gz".Length])
        .Order(StringComparer.Ordinal);

    /// <summary>Makes those that are missing; the others stay as they are.</summary>
    public static void MakeMissing()
    {
        for (int pageBytes = 4096; pageBytes <= 65536; pageBytes *= 2)
        {
            Make($"clean-{pageBytes}", pageBytes, isClean: true, int.MaxValue);
            Make($"stopped-{pageBytes}", pageBytes, isClean: false, int.MaxValue);
        }

        Make("stopped-with-log-4096", 4096, isClean: false, 60);
        Make(WithPendingLog, 4096, isClean: false, 0);
        Make(WithRedoLog, 4096, isClean: false, int.MaxValue, hasRedo: true);
    }

    /// <summary>The files, unpacked.</summary>
    public FileImage Read() => new(
        Unpack("main"), File.Exists(PathOf("pending.gz")) ? Unpack("pending") : null);

    /// <summary>What it is to hold, a line for each bucket.</summary>
    public string ReadContent() => File.ReadAllText(PathOf("content"));

    /// <summary>What it does hold, read forwards; the same backwards is checked.</summary>
    public static string Describe(Database database)
    {
        StringBuilder lines = new();
        using ReadTransaction tx = database.BeginRead();
        Stack<Bucket> open = new(tx.ListBucketNames().Reverse().Select(
            bucket => tx.OpenBucket(bucket)));
        while (open.TryPop(out Bucket? bucket))
        {
            (string forwards, string backwards) = (Digest(bucket, false), Digest(bucket, true));
            Assert.Equal(forwards, backwards);
            lines.Append(CultureInfo.InvariantCulture,
                $"{bucket.Path} {bucket.Count} {forwards}\n");
            foreach (string nested in bucket.ListBucketNames().Reverse())
                open.Push(bucket.OpenBucket(nested));
        }

        return lines.ToString();
    }

    private static string Digest(Bucket bucket, bool isReverse)
    {
        List<byte[]> entries = [];
        EntryRange all = bucket.From(default);
        foreach (EntryView entry in isReverse ? all.Reverse() : all)
        {
            entries.Add([.. BitConverter.GetBytes(entry.Key.Length), .. entry.Key,
                .. BitConverter.GetBytes(entry.Value.Length), .. entry.Value]);
        }

        if (isReverse) entries.Reverse();
        return Convert.ToHexStringLower(SHA256.HashData(entries.SelectMany(e => e).ToArray()));
    }

    private static void Make(
        string name, int pageBytes, bool isClean, int inlineBytes, bool hasRedo = false)
    {
        GoldenFile golden = new(name);
        if (File.Exists(golden.PathOf("main.gz"))) return;
        FileImage image =
            SampleContent.Build(name, pageBytes, 30, isClean, inlineBytes, hasRedo).Image;
        golden.Pack("main", image.Main);
        if (image.Pending is not null) golden.Pack("pending", image.Pending);
        using ImageStorage storage = new(image);
        using Database database = Database.Open(storage, new StoreOptions());
        File.WriteAllText(golden.PathOf("content"), Describe(database));
    }

    private string PathOf(string part) => Path.Combine(Folder, $"{name}.{part}");

    private byte[] Unpack(string part)
    {
        using GZipStream packed = new(
            File.OpenRead(PathOf(part + ".gz")), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private void Pack(string part, byte[] bytes)
    {
        using GZipStream packed = new(
            File.Create(PathOf(part + ".gz")), CompressionLevel.SmallestSize);
        packed.Write(bytes);
    }
}
