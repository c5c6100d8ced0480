namespace KvCow;

/// <summary>One page of the file, decoded as far as it is sound.</summary>
/// <param name="PageId">Place in the file, in pages.</param>
/// <param name="Kind">What it says it is: meta, branch, leaf, overflow, free list.</param>
/// <param name="ClaimedId">The page id stored in it.</param>
/// <param name="Birth">Number of the transaction that wrote it.</param>
/// <param name="Level">0 for a leaf, one more than its children's for a branch.</param>
/// <param name="Crc">The CRC-32C stored in it.</param>
/// <param name="Problem">What is wrong with it; null if nothing.</param>
/// <param name="UsedBytes">Bytes in use, for leaves and branches; else null.</param>
/// <param name="Fields">Names and values of what else it says, in order.</param>
/// <param name="Cells">Of a leaf or branch without a problem.</param>
public sealed record PageContent(
    long PageId,
    string Kind,
    long ClaimedId,
    ulong Birth,
    int Level,
    uint Crc,
    string? Problem,
    int? UsedBytes,
    IReadOnlyList<KeyValuePair<string, string>> Fields,
    IReadOnlyList<PageCell> Cells);
