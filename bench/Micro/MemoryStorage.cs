using KvCow.Engine.Storage;

namespace KvCow.Micro;

/// <summary>Files that are arrays, so that a commit costs no system call.</summary>
internal sealed class MemoryStorage : IStorage
{
    private readonly Dictionary<string, MemoryFile> _files = [];

    public string Path => "memory";

    public bool Exists(string suffix) => _files.ContainsKey(suffix);

    public IStorageFile Open(string suffix, StorageOpening opening)
    {
        if (!_files.TryGetValue(suffix, out MemoryFile? file) || opening == StorageOpening.WriteNew)
        {
            _files[suffix] = file = new MemoryFile();
        }

        return file;
    }

    public void Delete(string suffix) => _files.Remove(suffix);

    public void Rename(string fromSuffix, string toSuffix)
    {
        _files[toSuffix] = _files[fromSuffix];
        _files.Remove(fromSuffix);
    }

    public void FlushDirectory()
    {
    }

    public void Dispose() => _files.Clear();
}
