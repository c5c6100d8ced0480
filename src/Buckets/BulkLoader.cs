using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// Takes the entries of <see cref="WritableBucket.BulkLoad"/>, in ascending order of their keys.
/// </summary>
public sealed class BulkLoader
{
    private readonly WritableBucketState _bucket;
    private readonly PlacedPages _pages;
    private readonly BulkTree _tree;
    private bool _isEnded;

    private BulkLoader(WritableBucketState bucket)
    {
        _bucket = bucket;
        _pages = bucket.WriteScope.Transaction.PlacePages();
        _tree = new BulkTree(_pages, bucket.WriteScope.Transaction.Birth);
    }

    /// <summary>Entries added so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an entry; both spans are copied.</summary>
    /// <param name="key">Above the key before, compared as unsigned bytes.</param>
    /// <param name="value">Any bytes.</param>
    /// <exception cref="ArgumentException">The key is not above the key before.</exception>
    /// <exception cref="InvalidOperationException">The load has ended.</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_isEnded) throw new InvalidOperationException("The bulk load has ended.");
        _bucket.Scope.ThrowIfNotLive();
        EntryWriter.ThrowIfTooLong(_bucket, key, value.Length);
        bool isAbove = key.Length + value.Length <= _bucket.Scope.InlineBytesMax
            ? _tree.TryAppend(key, CellKind.Inline, value)
            : TryAppendLarge(key, value);
        if (!isAbove)
        {
            throw new ArgumentException(
                "A bulk load takes keys in ascending order, each only once.", nameof(key));
        }

        Count++;
    }

    /// <summary>Fills an empty bucket; the caller poisons the transaction on a failure.</summary>
    internal static long Load(WritableBucketState bucket, Action<BulkLoader> fill)
    {
        BulkLoader loader = new(bucket);
        bucket.Scope.RunningCallbacks++;
        try
        {
            fill(loader);
        }
        finally
        {
            bucket.Scope.RunningCallbacks--;
            loader._isEnded = true;
        }

        bucket.ThrowIfNotWritable();
        PageReference root = loader._tree.Finish();
        loader._pages.Finish();
        if (!root.IsNone) bucket.WritableEntries.Adopt(root with { Count = (ulong)loader.Count });
        return loader.Count;
    }

    private bool TryAppendLarge(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> reference = stackalloc byte[ExtentReference.Size];
        _bucket.WriteScope.Transaction.WriteExtent(value).Write(reference);
        return _tree.TryAppend(key, CellKind.Extent, reference);
    }
}
