using System.CommandLine.Parsing;
using System.Text;

namespace KvCow.Cli.Arguments;

/// <summary>
/// Bytes as typed: <c>X'00cafe'</c> means three bytes, any other text its UTF-8 bytes.
/// </summary>
internal sealed record ByteLiteral(byte[] Bytes)
{
    /// <summary>True if it was typed as hex digits, so that no byte of it means more.</summary>
    public bool IsTypedAsHex { get; private init; }

    // Throws on half a surrogate pair, so that no two texts become one key.
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>For the command line parser: adds an error instead of throwing.</summary>
    public static ByteLiteral? Parse(ArgumentResult argument)
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

    /// <exception cref="UsageException">Hex digits are wrong or missing.</exception>
    public static ByteLiteral Parse(string text)
    {
        if (IsHex(text)) return new(ParseHex(text)) { IsTypedAsHex = true };
        try
        {
            return new(Utf8.GetBytes(text));
        }
        catch (EncoderFallbackException)
        {
            throw new UsageException($"'{text}' is not valid text; write its bytes as X'...'.");
        }
    }

    private static bool IsHex(string text) =>
        text.StartsWith("X'", StringComparison.OrdinalIgnoreCase);

    private static byte[] ParseHex(string text)
    {
        // Whatever begins like a hex literal must be one: a forgotten quote is no key.
        if (text.Length < 3 || text[^1] != '\'')
            throw new UsageException($"{text} does not end in ' as a hex literal must.");
        try
        {
            return Convert.FromHexString(text.AsSpan(2, text.Length - 3));
        }
        catch (FormatException)
        {
            throw new UsageException($"{text} is no hex literal: it takes pairs of 0-9 and a-f.");
        }
    }
}
