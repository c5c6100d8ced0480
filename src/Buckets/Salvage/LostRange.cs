using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>A subtree whose root cannot be read: parts of it may be found by themselves.</summary>
/// <param name="bucket">Null for the top catalog.</param>
/// <param name="isCatalog">Whether its leaves name buckets.</param>
/// <param name="low">No key is below; null: no bound.</param>
/// <param name="high">Every key is below; null: no bound.</param>
/// <param name="reference">What its parent says of it.</param>
/// <param name="page">The damaged page.</param>
/// <param name="problem">What is wrong with it.</param>
internal sealed class LostRange(BucketPlace? bucket, bool isCatalog, byte[]? low, byte[]? high,
    PageReference reference, PageId page, string problem)
{
    private ulong _found;

    public BucketPlace? Bucket => bucket;

    public bool IsCatalog => isCatalog;

    /// <summary>Whether all entries below it were found.</summary>
    public bool IsWhole => _found == reference.Count;

    /// <summary>Whether a subtree that was found can have lain below it.</summary>
    public bool CanHold(LoosePage root) => root.Reference.Birth <= reference.Birth
        && root.Reference.Count <= reference.Count - _found
        && (low is null || root.First.AsSpan().SequenceCompareTo(low) >= 0)
        && (high is null || root.Last.AsSpan().SequenceCompareTo(high) < 0);

    /// <summary>Notes a subtree that was found.</summary>
    public void Find(LoosePage root) => _found += root.Reference.Count;

    public SalvageLoss ToLoss() => new(bucket?.ToString(), isCatalog, low, high,
        (long)(reference.Count - _found), page.Index, problem);
}
