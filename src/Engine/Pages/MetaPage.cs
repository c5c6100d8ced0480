using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD (behind the page header, whose id is the slot and whose birth the commit)
//      40     8  magic "KvCow\r\n\x1A"
//      48     4  format version
//      52     4  page size in bytes
//      56    16  database id
//      72     4  page count: pages of the file that this commit counts on
//      76     4  flags: bit 0 written by a clean close
//      80    24  root of the catalog
//     104    24  free-list checkpoint: first page, its CRC, birth, count of pages
//     128     8  last commit whose delta lies in the checkpoint or in the pending log
//     136     8  bytes of the pending log that count
//     144     4  CRC-32C over those bytes, started from database id and checkpoint
//     148     4  bytes of inline deltas
//     152     8  leaf pages
//     160     8  branch pages
//     168     8  overflow pages
//     176     8  the durable commit before: what was born after it was written with this one
//     184     4  first page of the redo log: where the commits after this one are told; 0: none
//     188     4  tag of its redo log
//     192        inline deltas: of the commits after the last logged one
/// <summary>
/// One commit, described in one page: what a snapshot is, and where the free list is.
/// </summary>
internal sealed record MetaPage
{
    public const uint FormatVersion = 1;

    /// <summary>Count of meta pages at the start of the file.</summary>
    public const uint SlotCount = 2;

    private const ulong Magic = 0x1A0A_0D77_6F43_764B;
    private const int DeltasOffset = 192;
    private const uint CleanFlag = 1;

    public required Guid DatabaseId { get; init; }
    public required int PageBytes { get; init; }
    public required TransactionId Id { get; init; }

    /// <summary>
    /// The durable commit before. Transactions that are flushed together share one meta page, so
    /// the ids in between may be several.
    /// </summary>
    public required TransactionId PreviousId { get; init; }

    public required uint PageCount { get; init; }
    public required PageReference CatalogRoot { get; init; }

    /// <summary>Head of the checkpoint's chain; its count is the number of pages.</summary>
    public required PageReference Checkpoint { get; init; }

    public required TransactionId LoggedThrough { get; init; }
    public required long PendingBytes { get; init; }
    public required uint PendingCrc { get; init; }
    public required ReadOnlyMemory<byte> InlineDeltas { get; init; }
    public required PageCounts Pages { get; init; }

    /// <summary>
    /// Where the redo log of the commits after this one begins; page 0 if it has none. Its pages
    /// are free pages to the free list.
    /// </summary>
    public PageId RedoStart { get; init; }

    /// <summary>What all pages of that log repeat.</summary>
    public uint RedoTag { get; init; }

    public bool IsClean { get; init; }

    /// <summary>
    /// Where it was read from or written to, which is not stored. The next durable commit goes to
    /// the other slot; ids do not tell, since transactions flushed together share one meta page.
    /// </summary>
    public int Slot { get; init; }

    public int OtherSlot => 1 - Slot;

    public long FileBytes => (long)PageCount * PageBytes;

    /// <summary>Most bytes of deltas that ride in a meta page.</summary>
    public static int InlineDeltaBytesMax(int pageBytes) => pageBytes - DeltasOffset;

    /// <summary>Encodes and seals the page for a slot.</summary>
    public void Write(Span<byte> page, int slot)
    {
        page.Clear();
        PageHeader.Initialize(page, new PageId((uint)slot), Id, PageKind.Meta);
        WriteUInt64LittleEndian(page[40..], Magic);
        WriteUInt32LittleEndian(page[48..], FormatVersion);
        WriteInt32LittleEndian(page[52..], PageBytes);
        DatabaseId.TryWriteBytes(page[56..]);
        WriteUInt32LittleEndian(page[72..], PageCount);
        WriteUInt32LittleEndian(page[76..], IsClean ? CleanFlag : 0);
        CatalogRoot.Write(page[80..]);
        Checkpoint.Write(page[104..]);
        WriteUInt64LittleEndian(page[128..], LoggedThrough.Value);
        WriteInt64LittleEndian(page[136..], PendingBytes);
        WriteUInt32LittleEndian(page[144..], PendingCrc);
        WriteInt32LittleEndian(page[148..], InlineDeltas.Length);
        WriteInt64LittleEndian(page[152..], Pages.Leaf);
        WriteInt64LittleEndian(page[160..], Pages.Branch);
        WriteInt64LittleEndian(page[168..], Pages.Overflow);
        WriteUInt64LittleEndian(page[176..], PreviousId.Value);
        WriteUInt32LittleEndian(page[184..], RedoStart.Index);
        WriteUInt32LittleEndian(page[188..], RedoTag);
        InlineDeltas.Span.CopyTo(page[DeltasOffset..]);
        PageChecksum.Seal(page);
    }

    /// <summary>Decodes the page, or says why it is none.</summary>
    public static MetaPage? TryRead(ReadOnlySpan<byte> page, int slot, out string problem)
    {
        problem = FindProblem(page, slot) ?? "";
        if (problem.Length > 0) return null;

        int deltaBytes = ReadInt32LittleEndian(page[148..]);
        return new MetaPage
        {
            DatabaseId = new Guid(page.Slice(56, 16)),
            PageBytes = page.Length,
            Slot = slot,
            Id = PageHeader.Birth(page),
            PreviousId = new TransactionId(ReadUInt64LittleEndian(page[176..])),
            PageCount = ReadUInt32LittleEndian(page[72..]),
            IsClean = (ReadUInt32LittleEndian(page[76..]) & CleanFlag) != 0,
            RedoStart = new PageId(ReadUInt32LittleEndian(page[184..])),
            RedoTag = ReadUInt32LittleEndian(page[188..]),
            CatalogRoot = PageReference.Read(page[80..]),
            Checkpoint = PageReference.Read(page[104..]),
            LoggedThrough = new TransactionId(ReadUInt64LittleEndian(page[128..])),
            PendingBytes = ReadInt64LittleEndian(page[136..]),
            PendingCrc = ReadUInt32LittleEndian(page[144..]),
            InlineDeltas = page.Slice(DeltasOffset, deltaBytes).ToArray(),
            Pages = new PageCounts(
                ReadInt64LittleEndian(page[152..]),
                ReadInt64LittleEndian(page[160..]),
                ReadInt64LittleEndian(page[168..])),
        };
    }

    /// <summary>
    /// True if the bytes start like a meta page of this format, whatever their CRC.
    /// </summary>
    public static bool HasMagic(ReadOnlySpan<byte> page) =>
        page.Length >= 48 && ReadUInt64LittleEndian(page[40..]) == Magic;

    /// <summary>Format version and page size that a page with the magic claims.</summary>
    public static (uint Version, int PageBytes) Claims(ReadOnlySpan<byte> page) =>
        (ReadUInt32LittleEndian(page[48..]), ReadInt32LittleEndian(page[52..]));

    private static string? FindProblem(ReadOnlySpan<byte> page, int slot)
    {
        if (!HasMagic(page)) return "it does not start like a KvCow database";
        (uint version, int pageBytes) = Claims(page);
        if (version != FormatVersion) return $"format version {version} is not known";
        if (pageBytes != page.Length) return $"page size {pageBytes} is not {page.Length}";
        if (!PageChecksum.IsIntact(page)) return "checksum does not match";
        if (PageHeader.Kind(page) != PageKind.Meta) return "page kind is not meta";
        if (PageHeader.Id(page).Index != slot) return "it belongs to the other slot";
        if (PageHeader.Birth(page).Value is 0 or ulong.MaxValue)
            return "transaction id out of range";
        if (ReadUInt64LittleEndian(page[176..]) >= PageHeader.Birth(page).Value)
            return "the commit before it is not older";
        uint pageCount = ReadUInt32LittleEndian(page[72..]);
        if (pageCount is < SlotCount or > (uint)PageLimits.PageCountMax)
            return $"page count {pageCount} out of range";
        if (PageReference.Read(page[80..]).Id.IsDirty || PageReference.Read(page[104..]).Id.IsDirty)
            return "a root names a dirty page";
        if (ReadUInt32LittleEndian(page[184..]) is 1 or >= (uint)PageLimits.PageCountMax)
            return "the redo log begins at a page that cannot be";
        int deltaBytes = ReadInt32LittleEndian(page[148..]);
        if (deltaBytes < 0 || deltaBytes > InlineDeltaBytesMax(page.Length))
            return "inline deltas reach beyond the page";
        if (ReadInt64LittleEndian(page[136..]) < 0) return "pending log length out of range";
        return null;
    }
}
