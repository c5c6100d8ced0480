namespace KvCow.Tests.Support.Damage;

/// <summary>The bytes of a database's files at one moment.</summary>
/// <param name="Main">The main file.</param>
/// <param name="Pending">The file beside it; null if there is none.</param>
internal sealed record FileImage(byte[] Main, byte[]? Pending)
{
    public FileImage Copy() => new([.. Main], Pending is null ? null : [.. Pending]);
}
