using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>One bucket of a write transaction as it was at a savepoint.</summary>
/// <param name="State">The bucket.</param>
/// <param name="Parent">Where it was; null for the transaction itself.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Sequence">Its last number.</param>
/// <param name="Stored">What the parent's catalog held for it.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="Catalog">Its nested buckets.</param>
internal sealed record BucketImage(
    WritableBucketState State, WritableBucketState? Parent, byte[] Name, ulong Sequence,
    BucketRecord Stored, SavedRoot Entries, SavedRoot Catalog);
