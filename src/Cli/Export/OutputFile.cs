using KvCow.Cli.Output;

namespace KvCow.Cli.Export;

/// <summary>
/// A file to write, where <c>-</c> stands for standard output. It gets its name when it is
/// complete; disposed before, it is removed.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string? _path;
    private readonly bool _overwrite;
    private bool _isComplete;

    private OutputFile(Stream stream, string? path, bool overwrite)
    {
        Stream = stream;
        _path = path;
        _overwrite = overwrite;
    }

    public Stream Stream { get; }

    private string Part => _path + ".part";

    /// <exception cref="IOException">There is a file of that name.</exception>
    public static OutputFile Create(string name, bool overwrite)
    {
        if (name == "-") return new OutputFile(new StandardOutputStream(), null, overwrite);
        if (!overwrite && File.Exists(name)) throw new IOException(
            $"'{name}' exists already. Choose another name, or --overwrite.");
        return new OutputFile(CreateAnew(name + ".part"), name, overwrite);
    }

    // For the owner alone, as a database is: it holds the same. What an export that was killed left
    // behind goes first, so that nothing, not even a link, is written through.
    private static FileStream CreateAnew(string part)
    {
        File.Delete(part);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(part, options);
    }

    /// <summary>All is written: flushes it and gives the file its name, durably.</summary>
    public void Complete()
    {
        Stream.Flush();
        if (_path is not null)
        {
            DurableFile.Flush((FileStream)Stream);
            Stream.Dispose();
            File.Move(Part, _path, _overwrite);
            DurableFile.FlushFolderOf(_path);
        }

        _isComplete = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isComplete && _path is not null) File.Delete(Part);
    }
}
