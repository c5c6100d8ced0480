namespace KvCow.Bench.Peers.KvCowEngines;

/// <summary>KvCow through its public API, one bucket.</summary>
internal sealed class KvCowEngine : IEngine
{
    private readonly Database _database;

    public KvCowEngine(EngineSettings settings) => _database = Database.Open(
        Path.Combine(settings.Folder, "data.kvcow"), new DatabaseOptions
        {
            CacheBytes = settings.CacheBytes,
            Durability = settings.IsDurable ? Durability.Full : Unflushed,
        });

    public bool WritesAsynchronously => true;

    /// <summary>The name of the bucket that holds the records.</summary>
    public static ReadOnlySpan<byte> Bucket => "records"u8;

    /// <summary>The durability whose commits do not wait, looked up by its name.</summary>
    private static Durability Unflushed =>
        Enum.TryParse("Eventual", out Durability found)
            ? found
            : throw new NotSupportedException("KvCow has no Durability.Eventual.");

    public IReader OpenReader() => new KvCowReader(_database);

    public IWriter OpenWriter() => new KvCowWriter(_database);

    public async ValueTask PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isAlone)
    {
        if (!isAlone)
        {
            await _database.BatchAsync(tx => tx.OpenBucket(Bucket).Put(key.Span, value.Span));
            return;
        }

        using WriteTransaction transaction = await _database.BeginWriteAsync();
        transaction.OpenBucket(Bucket).Put(key.Span, value.Span);
        await transaction.CommitAsync();
    }

    public bool Compact()
    {
        _database.Compact();
        return true;
    }

    public void Dispose() => _database.Dispose();
}
