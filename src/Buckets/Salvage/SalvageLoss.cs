namespace KvCow;

/// <summary>Part of a damaged database that could not be brought over, or not all of it.</summary>
/// <param name="Bucket">
/// Path of the bucket as <c>a/b</c>; null for the top, which holds buckets only.
/// </param>
/// <param name="IsCatalog">
/// True if what is lost are the names of buckets nested in it, with all that they hold.
/// </param>
/// <param name="From">Keys (or names) below this are not concerned; null: from the first.</param>
/// <param name="To">Nor those from this on; null: up to the last.</param>
/// <param name="Entries">How many entries (or buckets) are missing, as the page above says.</param>
/// <param name="PageId">The damaged page.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record SalvageLoss(string? Bucket, bool IsCatalog, byte[]? From, byte[]? To,
    long Entries, long PageId, string Problem);
