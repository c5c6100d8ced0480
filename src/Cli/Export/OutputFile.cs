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
        return new OutputFile(File.Create(name + ".part"), name, overwrite);
    }

    /// <summary>All is written: flushes it and gives the file its name.</summary>
    public void Complete()
    {
        Stream.Flush();
        if (_path is not null)
        {
            ((FileStream)Stream).Flush(flushToDisk: true);
            Stream.Dispose();
            File.Move(Part, _path, _overwrite);
        }

        _isComplete = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isComplete && _path is not null) File.Delete(Part);
    }
}
