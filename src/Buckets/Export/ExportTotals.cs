namespace KvCow;

/// <summary>What an export or an import has handled, so far or in all.</summary>
/// <param name="Buckets">Buckets, nested ones included.</param>
/// <param name="Entries">Entries of all buckets together.</param>
public readonly record struct ExportTotals(long Buckets, long Entries);
