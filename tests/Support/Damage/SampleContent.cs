using System.Globalization;
using System.Text;
using KvCow.Engine;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// A small database that has one of everything: nested buckets, trees of three levels, long values,
/// pages given up, a free list in pages of its own.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="Image">Its files.</param>
/// <param name="Buckets">What each bucket holds, by its path.</param>
/// <param name="History">The main file after each of the commits before.</param>
internal sealed record SampleContent(string Name, FileImage Image,
    IReadOnlyDictionary<string, SortedDictionary<byte[], byte[]>> Buckets,
    IReadOnlyList<byte[]> History)
{
    /// <summary>Keys so long that a branch has few children, and trees grow high.</summary>
    private const int LongKeyBytes = 700;

    private const long RedoBytes = 32 << 20;

    private const int SectorBytes = 512;

    /// <summary>Closed cleanly, and stopped in the middle with a log beside the file.</summary>
    public static IReadOnlyList<SampleContent> All { get; } =
    [
        Build("clean", 4096, 300, isClean: true, int.MaxValue),
        Build("stopped", 4096, 300, isClean: false, int.MaxValue),
        Build("stopped with a log", 4096, 300, isClean: false, 0),
        Build("clean, of large pages", 16384, 300, isClean: true, int.MaxValue),
    ];

    /// <summary>Of so few pages that every bit can be tried.</summary>
    public static IReadOnlyList<SampleContent> Small { get; } =
    [
        Build("clean", 4096, 30, isClean: true, int.MaxValue),
        Build("stopped with a log", 4096, 30, isClean: false, 0),
    ];

    public static SampleContent Build(
        string name, int pageBytes, int entries, bool isClean, int inlineBytes,
        bool hasRedo = true)
    {
        ImageStorage storage = new();
        StoreOptions options = new()
        {
            PageBytes = pageBytes,
            // Room in memory: no pages are owed in between.
            CacheBytes = 2 << 20,
            InlineDeltaBytesMax = inlineBytes,
            RedoBytesMax = hasRedo ? RedoBytes : 0,
            UnflushedTimeMax = Timeout.InfiniteTimeSpan,
        };
        List<byte[]> history = [];
        SortedDictionary<string, SortedDictionary<byte[], byte[]>> model = Model(entries);
        // Closed in between, so that the file has no long free tail.
        Open(Changes(model, pageBytes)).Dispose();
        using Database database = Open(
        [
            tx => tx.DeleteBucket("former"),
            tx => tx.OpenBucket("small").Put("last"u8, "try"u8),
            tx => tx.OpenBucket("small").Put("last"u8, "commit"u8),
        ]);
        if (isClean) database.Dispose();
        FileImage image = storage.Take();
        return new SampleContent(
            name, image with { Pending = WithoutRoom(image.Pending) }, model, history);

        Database Open(IEnumerable<Action<WriteTransaction>> changes)
        {
            Database opened = Database.Open(storage, options);
            foreach (Action<WriteTransaction> change in changes)
            {
                opened.Write(change);
                history.Add(storage.Take().Main);
            }

            return opened;
        }
    }

    /// <summary>
    /// The log without the zeros that are there for it to grow: to change them tells nothing.
    /// </summary>
    private static byte[]? WithoutRoom(byte[]? pending)
    {
        int used = pending.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return pending?[..Math.Min(pending.Length, (used + SectorBytes - 1) & -SectorBytes)];
    }

    private static IEnumerable<Action<WriteTransaction>> Changes(
        SortedDictionary<string, SortedDictionary<byte[], byte[]>> model, int pageBytes)
    {
        // Written and removed again, so that the free list has many runs.
        yield return tx =>
        {
            WritableBucket former = tx.CreateBucket("former");
            for (int i = 0; i < model["plain"].Count / 3; i++)
                former.Put(Number(i), new byte[pageBytes / 4]);
        };
        yield return tx => tx.OpenBucket("former").DeleteRange(Number(5), Number(20));
        foreach ((string path, SortedDictionary<byte[], byte[]> entries) in model)
            yield return tx => Fill(tx, path, entries);
    }

    private static void Fill(
        WriteTransaction tx, string path, SortedDictionary<byte[], byte[]> entries)
    {
        WritableBucket? bucket = null;
        foreach (string part in path.Split('/'))
        {
            bucket = bucket is null
                ? tx.OpenOrCreateBucket(part)
                : bucket.OpenOrCreateBucket(part);
        }

        foreach ((byte[] key, byte[] value) in entries) bucket!.Put(key, value);
    }

    private static SortedDictionary<string, SortedDictionary<byte[], byte[]>> Model(int entries)
    {
        Random random = new(1);
        SortedDictionary<string, SortedDictionary<byte[], byte[]>> buckets =
            new(StringComparer.Ordinal);
        SortedDictionary<byte[], byte[]> small = Add("small");
        for (int i = 0; i < 5; i++) small[Number(i)] = Keys.NextValue(random, 0, 30);
        small["last"u8.ToArray()] = "commit"u8.ToArray();
        SortedDictionary<byte[], byte[]> plain = Add("plain");
        for (int i = 0; i < entries; i++) plain[Number(i * 7)] = Keys.NextValue(random, 0, 60);
        SortedDictionary<byte[], byte[]> high = Add("high");
        for (int i = 0; i < 10 + entries / 10; i++)
        {
            byte[] key = new byte[LongKeyBytes + random.Next(200)];
            random.NextBytes(key);
            high[key] = Keys.NextValue(random, 0, 300);
        }

        SortedDictionary<byte[], byte[]> large = Add("large");
        large["a"u8.ToArray()] = Keys.NextValue(random, 9000, 9000);
        large["b"u8.ToArray()] = Keys.NextValue(random, 5000, 5000);
        large["c"u8.ToArray()] = "short"u8.ToArray();
        for (int i = 0; i < 3; i++)
        {
            Add($"tree/branch{i}")[[(byte)i]] = [(byte)i];
            Add($"tree/branch{i}/twig")["k"u8.ToArray()] = Keys.NextValue(random, 0, 20);
        }

        return buckets;

        SortedDictionary<byte[], byte[]> Add(string path) =>
            buckets[path] = new SortedDictionary<byte[], byte[]>(BytesComparer.Instance);
    }

    private static byte[] Number(int i) => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"key {i:d6}"));
}
