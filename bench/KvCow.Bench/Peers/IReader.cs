namespace KvCow.Bench.Peers;

/// <summary>
/// Reads one snapshot at a time. Each method returns the sum of <see cref="Data.Records.Touch"/>
/// over the values that it saw, so that no peer can leave one out.
/// </summary>
internal interface IReader : IDisposable
{
    /// <summary>Ends the snapshot and begins one of the newest commit.</summary>
    void Renew();

    /// <summary>The same without keeping anything of the former transaction.</summary>
    void BeginAnew() => throw new NotSupportedException();

    /// <summary>One value; 0 if the key is missing.</summary>
    int Get(ReadOnlySpan<byte> key);

    /// <summary>All entries, in ascending or descending order.</summary>
    long Scan(bool isReversed, out long entries);

    /// <summary>The first <paramref name="count"/> entries at or above a key.</summary>
    long SeekAndStep(ReadOnlySpan<byte> key, int count);

    /// <summary>Whether <see cref="GetMany"/> is more than one get after another.</summary>
    bool BatchesGets => false;

    /// <summary>The values of several keys, which lie one behind the other.</summary>
    /// <param name="keys">Keys of <see cref="Data.Records.KeyBytes"/> bytes each.</param>
    long GetMany(ReadOnlySpan<byte> keys)
    {
        long sum = 0;
        for (int at = 0; at < keys.Length; at += Data.Records.KeyBytes)
        {
            sum += Get(keys.Slice(at, Data.Records.KeyBytes));
        }

        return sum;
    }
}
