namespace KvCow.Engine.Pages;

/// <summary>What all pages of one batch of the redo log say alike.</summary>
/// <param name="Previous">The last commit before it.</param>
/// <param name="Last">Its last commit.</param>
/// <param name="PageCount">Its pages.</param>
/// <param name="RecordBytes">Bytes of its records, their heads included.</param>
/// <param name="Crc">CRC-32C of those bytes.</param>
/// <param name="Tag">
/// The meta page's, which is new each time: a batch that a crash tore could otherwise become whole
/// by the write of another one at its place, after recovery has done without it.
/// </param>
internal readonly record struct RedoBatchHead(
    TransactionId Previous, TransactionId Last, int PageCount, int RecordBytes, uint Crc,
    uint Tag);
