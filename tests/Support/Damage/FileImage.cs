namespace KvCow.Tests.Support.Damage;

/// <summary>The bytes of a database's files at one moment.</summary>
/// <param name="Main">The main file.</param>
/// <param name="Pending">The file beside it; null if there is none.</param>
internal sealed record FileImage(byte[] Main, byte[]? Pending)
{
    public FileImage Copy() => new(Main.AsSpan().ToArray(), Pending?.AsSpan().ToArray());

    /// <summary>The same into one made by <see cref="Copy"/> that is done with.</summary>
    public void CopyTo(FileImage copy)
    {
        Main.CopyTo(copy.Main, 0);
        Pending?.CopyTo(copy.Pending!, 0);
    }
}
