namespace KvCow.Bench.Peers;

/// <summary>Writes one transaction after another.</summary>
internal interface IWriter : IDisposable
{
    void Begin();

    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>A put of a key above all others, where the peer has a call for that.</summary>
    void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Put(key, value);

    /// <summary>Puts records whose keys ascend into an empty database.</summary>
    /// <param name="count">How many.</param>
    /// <param name="fill">Writes the key and the value of a record.</param>
    void LoadSorted(int count, Action<int, byte[], byte[]> fill)
    {
        byte[] key = new byte[Data.Records.KeyBytes];
        byte[] value = new byte[Data.Records.ValueBytes];
        for (int n = 0; n < count; n++)
        {
            fill(n, key, value);
            Append(key, value);
        }
    }

    void Delete(ReadOnlySpan<byte> key);

    /// <summary>Commits with the durability that the database was opened with.</summary>
    void Commit();
}
