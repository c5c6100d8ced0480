using System.CommandLine.Parsing;

namespace KvCow.Cli.Arguments;

/// <summary>
/// Names of buckets from the top down, typed as <c>a/b</c>. A name that is no text, or has a
/// <c>/</c> in it, is typed as a hex literal: <c>a/X'ff2f'</c>.
/// </summary>
internal sealed class BucketPath
{
    private readonly byte[][] _names;
    private readonly string _text;

    private BucketPath(byte[][] names, string text)
    {
        _names = names;
        _text = text;
    }

    /// <summary>Where entries go when no bucket is named.</summary>
    public static BucketPath Default { get; } = Parse("default");

    public IReadOnlyList<byte[]> Names => _names;

    /// <summary>The last of the path.</summary>
    public byte[] Name => _names[^1];

    /// <summary>What the last is nested in; null at the top.</summary>
    public BucketPath? Parent => _names.Length == 1
        ? null
        : new(_names[..^1], _text[.._text.LastIndexOf('/')]);

    /// <summary>The same path with another last name.</summary>
    public BucketPath WithName(byte[] name)
    {
        string above = Parent is null ? "" : $"{Parent}/";
        return new([.. _names[..^1], name], above + Show(name));
    }

    /// <summary>
    /// A name as it is typed: what a terminal, a line or a path cannot take as a hex literal.
    /// </summary>
    public static string Show(byte[] name)
    {
        string text = new BucketName(name).ToString();
        bool isPlain = !text.Contains('/')
            && !text.Any(char.IsControl)
            && !text.StartsWith("X'", StringComparison.OrdinalIgnoreCase);
        return isPlain ? text : $"X'{Convert.ToHexStringLower(name)}'";
    }

    /// <summary>For the command line parser: adds an error instead of throwing.</summary>
    public static BucketPath? Parse(ArgumentResult argument)
    {
        try
        {
            return Parse(argument.Tokens[0].Value);
        }
        catch (UsageException e)
        {
            argument.AddError(e.Message);
            return null;
        }
    }

    /// <exception cref="UsageException">A name is empty or a wrong hex literal.</exception>
    public static BucketPath Parse(string text)
    {
        byte[][] names = [.. text.Split('/').Select(name => ByteLiteral.Parse(name).Bytes)];
        if (names.Any(name => name.Length == 0))
            throw new UsageException($"The bucket path '{text}' has an empty name in it.");
        return new(names, text);
    }

    /// <exception cref="BucketNotFoundException">One of the path is missing.</exception>
    public Bucket OpenIn(ReadTransaction tx)
    {
        Bucket bucket = tx.OpenBucket(_names[0]);
        foreach (byte[] name in _names.AsSpan(1)) bucket = bucket.OpenBucket(name);
        return bucket;
    }

    /// <exception cref="BucketNotFoundException">One of the path is missing.</exception>
    public WritableBucket OpenIn(WriteTransaction tx)
    {
        WritableBucket bucket = tx.OpenBucket(_names[0]);
        foreach (byte[] name in _names.AsSpan(1)) bucket = bucket.OpenBucket(name);
        return bucket;
    }

    /// <summary>Opens the last of the path; creates what is missing.</summary>
    public WritableBucket OpenOrCreateIn(WriteTransaction tx)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket(_names[0]);
        foreach (byte[] name in _names.AsSpan(1)) bucket = bucket.OpenOrCreateBucket(name);
        return bucket;
    }

    /// <inheritdoc />
    public override string ToString() => _text;
}
