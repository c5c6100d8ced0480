using System.Text;
using KvCow.Cli.Arguments;
using KvCow.Cli.Import;

namespace KvCow.Cli.Dump;

/// <summary>The lines <c>NAME=VALUE</c> before the data of one database in a dump.</summary>
/// <param name="IsPrint">Whether data is characters, not hex.</param>
/// <param name="Bucket">The database's name as a bucket.</param>
internal sealed record DumpHeader(bool IsPrint, BucketPath Bucket)
{
    private const int VersionMax = 3;

    /// <summary>Null at the end of the input.</summary>
    /// <exception cref="UsageException">A line is no header, or asks too much.</exception>
    public static DumpHeader? TryRead(LineReader lines)
    {
        DumpHeader header = new(false, BucketPath.Default);
        bool isFirst = true;
        while (lines.TryRead(out ReadOnlySpan<byte> bytes))
        {
            string line = Encoding.UTF8.GetString(bytes);
            if (line == "HEADER=END") return header;
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? line : line[..equals];
            if (equals < 0 || (isFirst && name != "VERSION"))
                throw Bad(lines, "it is no header line of a dump, which begins with VERSION=3");
            isFirst = false;
            header = header.With(lines, name, line[(equals + 1)..]);
        }

        return isFirst ? null : throw Bad(lines, "the dump ends within a header");
    }

    private DumpHeader With(LineReader lines, string name, string value)
    {
        switch (name, value)
        {
            case ("VERSION", _) when !int.TryParse(value, out int version) || version > VersionMax:
                throw Bad(lines, $"version {value} is not known");
            case ("format", "print"):
                return this with { IsPrint = true };
            case ("format", "bytevalue"):
                return this with { IsPrint = false };
            case ("format", _):
                throw Bad(lines, $"format {value} is not known");
            case ("type", not ("btree" or "hash")):
                throw Bad(lines, $"a database of type {value} has no keys");
            case ("duplicates" or "dupsort", "1"):
                throw Bad(lines, "a bucket cannot hold several values of one key");
            case ("database" or "subdatabase", _):
                return this with { Bucket = ParseName(lines, value) };
            default:
                return this; // Sizes and orders of the other store.
        }
    }

    private static BucketPath ParseName(LineReader lines, string name)
    {
        try
        {
            return BucketPath.Parse(name);
        }
        catch (UsageException e)
        {
            throw Bad(lines, e.Message);
        }
    }

    private static UsageException Bad(LineReader lines, string problem) =>
        new($"line {lines.LineCount}: {problem}");
}
