using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>The files of one database in a directory of the operating system.</summary>
internal sealed class FileStorage : IStorage
{
    private readonly string _directory;

    /// <param name="path">
    /// The main file. A symbolic link is followed now, so that the file beside it lies beside the
    /// real file, and two names of one database cannot disagree about it.
    /// </param>
    public FileStorage(string path)
    {
        // File offsets are passed as 64-bit numbers, which 32-bit systems take differently.
        if (!Environment.Is64BitProcess)
            throw new PlatformNotSupportedException("KvCow needs a 64-bit process.");
        FileSizeSignal.Ignore();
        string full = System.IO.Path.GetFullPath(path);
        bool isLink = new FileInfo(full).LinkTarget is not null;
        Path = isLink
            ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full
            : full;
        _directory = System.IO.Path.GetDirectoryName(Path) ?? Path;
    }

    public string Path { get; }

    public bool Exists(string suffix)
    {
        string path = Path + suffix;
        if (FileCalls.GetStatus(path, out _) == 0) return true;
        int error = Marshal.GetLastPInvokeError();
        if (!SystemErrors.Own.IsMissing(error)) Throw.Failed("examine", path, error);
        return false;
    }

    public IStorageFile Open(string suffix, StorageOpening opening) =>
        StorageFile.Open(Path + suffix, opening);

    public void Delete(string suffix)
    {
        string path = Path + suffix;
        if (FileCalls.Delete(path) == 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (!SystemErrors.Own.IsMissing(error)) Throw.Failed("delete", path, error);
    }

    public void Rename(string fromSuffix, string toSuffix)
    {
        if (FileCalls.Rename(Path + fromSuffix, Path + toSuffix) != 0)
            Throw.Failed("rename", Path + fromSuffix, Marshal.GetLastPInvokeError());
    }

    public void FlushDirectory()
    {
        if (FileCalls.FlushDirectory(_directory) != 0)
            Throw.Failed("flush", _directory, Marshal.GetLastPInvokeError());
    }

    /// <summary>Nothing to release: the files it opened live on until they are disposed.</summary>
    public void Dispose()
    {
    }
}
