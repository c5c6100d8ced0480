using System.Buffers.Binary;
using KvCow.Engine.Pages;

namespace KvCow.Micro;

/// <summary>A database of records with keys of 24 and values of 150 bytes, in a folder that is
/// deleted at the end.</summary>
internal sealed class SampleFile : IDisposable
{
    public const string Bucket = "records";

    private readonly string _folder = Directory.CreateTempSubdirectory("kvcow-micro-").FullName;

    public SampleFile(int count)
    {
        Keys = new byte[count][];
        byte[] value = new byte[150];
        Random random = new(1);
        using Database database = Open();
        database.Write(transaction =>
        {
            WritableBucket bucket = transaction.OpenOrCreateBucket(Bucket);
            for (int i = 0; i < count; i++)
            {
                Keys[i] = new byte[24];
                random.NextBytes(Keys[i]);
                random.NextBytes(value);
                bucket.Put(Keys[i], value);
            }
        });
    }

    public string Path => System.IO.Path.Combine(_folder, "sample.kvcow");

    public byte[][] Keys { get; }

    public Database Open() => Database.Open(Path, new DatabaseOptions { CacheBytes = 1L << 30 });

    /// <summary>The pages of one kind as they are in the file, which is closed.</summary>
    public List<byte[]> ReadPages(PageKind kind)
    {
        byte[] file = File.ReadAllBytes(Path);
        List<byte[]> pages = [];
        for (int at = 2 * PageLimits.PageBytesDefault; at < file.Length;
            at += PageLimits.PageBytesDefault)
        {
            byte[] page = file[at..(at + PageLimits.PageBytesDefault)];
            if (BinaryPrimitives.ReadInt32LittleEndian(page) != 0
                && PageHeader.Kind(page) == kind)
            {
                pages.Add(page);
            }
        }

        return pages;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
