using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Transactions;

//  OFFSET  SIZE  FIELD of FILE.pending
//       0     4  CRC-32C of bytes 4 to 47
//       4     4  format version
//       8     8  magic "KvCowPnd"
//      16    16  database id
//      32     8  last acknowledged commit (written after the flush returned, itself not flushed)
//      40     8  reserved, zero
//    4096        deltas; how many bytes count, and their CRC, stands in the meta page
/// <summary>
/// The <c>.pending</c> file beside the database: deltas of the free list that no longer fit the
/// meta page, and a mark that tells a torn last commit from a damaged one.
/// </summary>
internal sealed class PendingFile(PageFile file, Guid databaseId) : IDisposable
{
    public const string Suffix = ".pending";

    private const int HeadBytes = 48;
    private const ulong Magic = 0x646E_5077_6F43_764B;

    /// <summary>A block of its own: a torn mark must not touch the log.</summary>
    private const long LogOffset = 4096;

    private const long GrowthBytes = 64 << 10;

    private IStorageFile? _pending;
    private bool _directoryFlushed;

    /// <summary>
    /// CRC before the first byte of the log: binds it to the database and to its checkpoint.
    /// </summary>
    public static uint SeedCrc(Guid databaseId, in PageReference checkpoint)
    {
        Span<byte> seed = stackalloc byte[16 + PageReference.Size];
        databaseId.TryWriteBytes(seed);
        checkpoint.Write(seed[16..]);
        return Crc32C.Compute(seed);
    }

    /// <summary>
    /// The last acknowledged commit, or none if the file is absent, foreign or torn.
    /// </summary>
    public static TransactionId ReadMark(IStorageFile pending, Guid databaseId)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        bool known = pending.Read(0, head) == HeadBytes
            && Crc32C.Compute(head[4..]) == ReadUInt32LittleEndian(head)
            && ReadUInt32LittleEndian(head[4..]) == MetaPage.FormatVersion
            && ReadUInt64LittleEndian(head[8..]) == Magic
            && new Guid(head.Slice(16, 16)) == databaseId;
        return known ? new TransactionId(ReadUInt64LittleEndian(head[32..])) : TransactionId.None;
    }

    /// <summary>
    /// The log bytes that the meta page counts on, or null if they are not there.
    /// </summary>
    public static byte[]? TryReadLog(IStorageFile pending, MetaPage meta)
    {
        // The file's own length bounds the allocation, whatever the meta page claims.
        if (meta.PendingBytes > pending.Length - LogOffset) return null;
        byte[] log = new byte[meta.PendingBytes];
        if (pending.Read(LogOffset, log) != log.Length) return null;
        uint seed = SeedCrc(meta.DatabaseId, meta.Checkpoint);
        return Crc32C.Append(seed, log) == meta.PendingCrc ? log : null;
    }

    /// <summary>Appends deltas behind the bytes that count and makes them durable.</summary>
    public void Append(long offset, ReadOnlySpan<byte> deltas)
    {
        IStorageFile pending = OpenForWriting();
        long end = LogOffset + offset + deltas.Length;
        // Room first: without it nothing has changed and the commit can still be refused.
        if (pending.Length < end) pending.Grow((end + GrowthBytes - 1) / GrowthBytes * GrowthBytes);
        try
        {
            pending.Write(LogOffset + offset, deltas);
        }
        catch (IOException failure)
        {
            throw file.Fail(failure);
        }

        if (!PlantedBugs.SkipPendingFlush) file.Flush(pending);
        if (_directoryFlushed) return;
        FlushDirectory();
        _directoryFlushed = true;
    }

    /// <summary>Notes, without a flush, that a commit was acknowledged.</summary>
    public void Mark(TransactionId acknowledged)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        head.Clear();
        WriteUInt32LittleEndian(head[4..], MetaPage.FormatVersion);
        WriteUInt64LittleEndian(head[8..], Magic);
        databaseId.TryWriteBytes(head[16..]);
        WriteUInt64LittleEndian(head[32..], acknowledged.Value);
        WriteUInt32LittleEndian(head, Crc32C.Compute(head[4..]));
        try
        {
            OpenForWriting().Write(0, head);
        }
        catch (IOException)
        {
            // The commit is durable; without its mark later damage to it passes for a torn commit.
        }
    }

    /// <summary>The same with a flush.</summary>
    public void MarkDurably(TransactionId acknowledged)
    {
        Mark(acknowledged);
        file.Flush(OpenForWriting());
    }

    /// <summary>Closes and deletes the file: the clean end.</summary>
    public void Remove()
    {
        Dispose();
        if (file.Storage.Exists(Suffix)) file.Storage.Delete(Suffix);
    }

    public void Dispose()
    {
        _pending?.Dispose();
        _pending = null;
    }

    private IStorageFile OpenForWriting() =>
        _pending ??= file.Storage.Open(Suffix, StorageOpening.WriteOrCreate);

    private void FlushDirectory()
    {
        try
        {
            file.Storage.FlushDirectory();
        }
        catch (IOException failure)
        {
            throw file.Fail(failure);
        }
    }
}
