namespace KvCow.Engine;

/// <summary>When the file is compacted without being asked.</summary>
/// <param name="FreeRatio">Free bytes over live ones.</param>
/// <param name="FreeBytesMin">Free bytes below which it is not worth the while.</param>
internal sealed record CompactionTrigger(double FreeRatio, long FreeBytesMin);
