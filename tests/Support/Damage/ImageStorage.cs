using KvCow.Engine.Storage;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// The files of a database as arrays: made, copied and thrown away a hundred thousand times a
/// minute. Counts what is read, and stops whoever reads without end.
/// </summary>
/// <remarks>For one thread, beside those that a database starts itself for its flushes.</remarks>
internal sealed class ImageStorage : IStorage
{
    /// <summary>No file grows further, as on a small disk.</summary>
    public const long FileBytesMax = 8L << 20;

    private readonly Dictionary<string, ImageFile> _files = [];
    private long _bytesRead;
    private int _writes;

    public ImageStorage()
    {
    }

    public ImageStorage(FileImage image)
    {
        _files[""] = new ImageFile(this, image.Main);
        if (image.Pending is not null)
            _files[".pending"] = new ImageFile(this, image.Pending);
    }

    public string Path => "image";

    /// <summary>Writes, flushes and changes of names so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Told of each read of either file; may be null.</summary>
    public Action<long, int>? ReadObserver { get; set; }

    /// <summary>Bytes that may be read until the next call of <see cref="Allow"/>.</summary>
    public long BytesAllowed { get; private set; } = long.MaxValue;

    /// <summary>Begins to count anew.</summary>
    public void Allow(long bytes)
    {
        Volatile.Write(ref _bytesRead, 0);
        BytesAllowed = bytes;
    }

    /// <summary>The files as they are now.</summary>
    public FileImage Take() => new(
        [.. _files[""].Content],
        _files.TryGetValue(".pending", out ImageFile? pending) ? [.. pending.Content] : null);

    public bool Exists(string suffix) => _files.ContainsKey(suffix);

    public IStorageFile Open(string suffix, StorageOpening opening)
    {
        if (_files.TryGetValue(suffix, out ImageFile? file) && opening != StorageOpening.WriteNew)
            return file;
        if (opening is StorageOpening.ReadExisting or StorageOpening.WriteExisting)
            throw new FileNotFoundException("There is no such file.", Path + suffix);
        CountWrite();
        return _files[suffix] = new ImageFile(this, []);
    }

    public void Delete(string suffix)
    {
        CountWrite();
        _files.Remove(suffix);
    }

    public void Rename(string fromSuffix, string toSuffix)
    {
        CountWrite();
        _files[toSuffix] = _files[fromSuffix];
        _files.Remove(fromSuffix);
    }

    public void FlushDirectory() => CountWrite();

    public void CountWrite() => Interlocked.Increment(ref _writes);

    public void CountRead(long offset, int bytes)
    {
        ReadObserver?.Invoke(offset, bytes);
        if (Interlocked.Add(ref _bytesRead, bytes) > BytesAllowed)
            throw new EndlessReadException($"More than {BytesAllowed} bytes were read.");
    }

    /// <summary>Gives the memory of the files to later ones: nobody looks at them any more.
    /// </summary>
    public void Recycle()
    {
        foreach (ImageFile file in _files.Values) file.Recycle();
        _files.Clear();
    }

    public void Dispose()
    {
        // The files are looked at afterwards.
    }
}
