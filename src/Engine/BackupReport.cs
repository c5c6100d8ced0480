namespace KvCow;

/// <summary>What a backup or a restore has made.</summary>
public sealed record BackupReport
{
    internal BackupReport(ulong transactionId, long pageCount, int pageBytes)
    {
        TransactionId = transactionId;
        PageCount = pageCount;
        PageBytes = pageBytes;
    }

    /// <summary>Number of the commit that the file holds.</summary>
    public ulong TransactionId { get; }

    /// <summary>Pages of the file.</summary>
    public long PageCount { get; }

    /// <summary>Size of a page in bytes.</summary>
    public int PageBytes { get; }

    /// <summary>Size of the file in bytes.</summary>
    public long FileBytes => PageCount * PageBytes;
}
