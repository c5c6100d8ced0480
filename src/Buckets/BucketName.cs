using System.Text;

namespace KvCow;

/// <summary>
/// The name of a bucket: 1 to <see cref="Database.KeyBytesMax"/> bytes. Text converts to its UTF-8
/// bytes, so <c>"a"</c> and <c>"a"u8</c> name the same bucket. A <c>/</c> has no meaning in it.
/// </summary>
public readonly ref struct BucketName
{
    // Throws on text that UTF-8 cannot say (half a surrogate pair): two names would become one.
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>A name of these bytes; they are not copied.</summary>
    public BucketName(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>A name of the text's UTF-8 bytes.</summary>
    /// <exception cref="EncoderFallbackException">The text is not valid UTF-16.</exception>
    public BucketName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Bytes = Utf8.GetBytes(text);
    }

    /// <summary>The name as stored.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>A name of the text's UTF-8 bytes.</summary>
    public static implicit operator BucketName(string text) => new(text);

    /// <summary>A name of these bytes.</summary>
    public static implicit operator BucketName(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>A name of these bytes.</summary>
    public static implicit operator BucketName(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(bytes);
    }

    /// <summary>The name as text; bytes that are not UTF-8 are shown as <c>X'0a1b'</c>.</summary>
    public override string ToString() => Display(Bytes);

    internal static string Display(ReadOnlySpan<byte> name) =>
        System.Text.Unicode.Utf8.IsValid(name)
            ? Utf8.GetString(name)
            : $"X'{Convert.ToHexStringLower(name)}'";

    /// <summary>Refuses an empty name and one that no page can hold.</summary>
    internal void ThrowIfInvalid(int keyBytesMax)
    {
        if (Bytes.IsEmpty) throw new ArgumentException("A bucket's name has at least one byte.");
        if (Bytes.Length > keyBytesMax) throw new KeyTooLongException(Bytes.Length, keyBytesMax);
    }
}
