namespace KvCow.Engine.Pages;

/// <summary>What all pages of one batch of the redo log say alike.</summary>
/// <param name="Previous">The last commit before it.</param>
/// <param name="Last">Its last commit.</param>
/// <param name="PageCount">Its pages.</param>
/// <param name="RecordBytes">Bytes of its records, their heads included.</param>
/// <param name="Crc">CRC-32C of those bytes.</param>
internal readonly record struct RedoBatchHead(
    TransactionId Previous, TransactionId Last, int PageCount, int RecordBytes, uint Crc);
