namespace KvCow;

/// <summary>A key and its value, copied out of the database: valid for ever.</summary>
public readonly struct Entry
{
    internal Entry(byte[] key, byte[] value)
    {
        Key = key;
        Value = value;
    }

    /// <summary>The key.</summary>
    public byte[] Key { get; }

    /// <summary>The whole value, however long.</summary>
    public byte[] Value { get; }

    /// <summary>Lets <c>(byte[] key, byte[] value) = entry</c> compile.</summary>
    public void Deconstruct(out byte[] key, out byte[] value)
    {
        key = Key;
        value = Value;
    }
}
