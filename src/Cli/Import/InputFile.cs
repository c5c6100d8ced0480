using KvCow.Cli.Output;

namespace KvCow.Cli.Import;

/// <summary>A file to read, where <c>-</c> stands for standard input.</summary>
internal static class InputFile
{
    public static Stream Open(string name) =>
        name == "-" ? StandardStreams.OpenInput() : File.OpenRead(name);

    /// <summary>A stream that tells its length; a pipe is read into memory for that.</summary>
    /// <exception cref="UsageException">A pipe has more than 2 GiB.</exception>
    public static Stream OpenSeekable(string name)
    {
        Stream input = Open(name);
        if (input.CanSeek) return input;
        MemoryStream copy = new();
        try
        {
            using (input) input.CopyTo(copy);
        }
        catch (IOException) when (copy.Length > Array.MaxLength - (1 << 20))
        {
            throw new UsageException("The input has more than 2 GiB.");
        }

        copy.Position = 0;
        return copy;
    }
}
