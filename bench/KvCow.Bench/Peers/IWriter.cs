namespace KvCow.Bench.Peers;

/// <summary>Writes one transaction after another.</summary>
internal interface IWriter : IDisposable
{
    void Begin();

    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>A put of a key above all others, where the peer has a call for that.</summary>
    void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Put(key, value);

    void Delete(ReadOnlySpan<byte> key);

    /// <summary>Commits with the durability that the database was opened with.</summary>
    void Commit();
}
