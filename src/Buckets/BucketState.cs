using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>One bucket of one transaction: its two trees, its sequence, its place.</summary>
/// <remarks>
/// A bucket is a record in its parent's catalog, a tree apart from the parent's entries, so names
/// and keys never meet. The root state stands for the transaction itself and has only a catalog.
/// </remarks>
internal class BucketState(
    TransactionScope scope, BucketState? parent, byte[] name, Tree entries, Tree catalog)
{
    // Of the scope when the roots were right.
    private int _generation = scope.Generation;

    public TransactionScope Scope { get; } = scope;

    public BucketState? Parent { get; protected set; } = parent;

    public byte[] Name { get; protected set; } = name;

    public Tree Entries { get; } = entries;

    public Tree Catalog { get; } = catalog;

    public ulong Sequence { get; protected set; }

    public bool IsDeleted { get; protected set; }

    /// <summary>Names from the top down, joined by <c>/</c>; empty for the root.</summary>
    public string Path
    {
        get
        {
            List<string> names = [];
            for (BucketState at = this; at.Parent is not null; at = at.Parent)
            {
                names.Add(BucketName.Display(at.Name));
            }

            names.Reverse();
            return string.Join('/', names);
        }
    }

    public static BucketState Root(TransactionScope scope) => new(
        scope, null, [], new Tree(scope.Source, PageReference.None),
        new Tree(scope.Source, scope.CatalogRoot));

    /// <summary>Begins an operation on one of the trees.</summary>
    public void Enter()
    {
        if (IsDeleted) throw Ended.Bucket(Path);
        if (_generation != Scope.Generation) Follow();
        Scope.Enter();
    }

    public void Exit() => Scope.Exit();

    /// <summary>For what needs no tree: the same checks as an operation.</summary>
    public void ThrowIfEnded()
    {
        Enter();
        Exit();
    }

    public string PathOf(ReadOnlySpan<byte> name) =>
        Parent is null ? BucketName.Display(name) : $"{Path}/{BucketName.Display(name)}";

    /// <summary>The nested bucket, or null.</summary>
    public virtual BucketState? Find(ReadOnlySpan<byte> name)
    {
        if (!TryReadRecord(name, out BucketRecord record)) return null;
        return new BucketState(Scope, this, name.ToArray(),
            new Tree(Scope.Source, record.Entries), new Tree(Scope.Source, record.Catalog))
        {
            Sequence = record.Sequence,
        };
    }

    public virtual bool Exists(ReadOnlySpan<byte> name) => TryReadRecord(name, out _);

    /// <param name="reached">Told of the leaves passed, by a walk over all buckets.</param>
    public List<byte[]> ListNames(ReachedOnce? reached = null)
    {
        ThrowIfEnded();
        List<byte[]> names = [];
        try
        {
            using TreeCursor cursor = Catalog.OpenCursor();
            for (bool more = cursor.MoveToFirst(); more; more = cursor.MoveNext())
            {
                names.Add(cursor.Key.ToArray());
                reached?.Leaf(cursor.LeafId);
            }
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw Locate(e);
        }

        return names;
    }

    public List<string> ListDisplayNames() =>
        ListNames().ConvertAll(name => BucketName.Display(name));

    public BucketStatistics ReadStatistics()
    {
        try
        {
            Enter();
            BucketStatistics statistics = new()
            {
                Count = (long)Entries.Count,
                Depth = Entries.ReadDepth(),
                NestedBucketCount = (long)Catalog.Count,
                Sequence = Sequence,
            };
            Exit();
            return statistics;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw Locate(e);
        }
    }

    /// <summary>The same failure with the bucket's path.</summary>
    public CorruptPageException Locate(CorruptPageException cause) =>
        Parent is null ? cause : new CorruptPageException(cause, Path);

    public CorruptPageException Corrupt(Tree tree, string problem) =>
        Locate(new CorruptPageException(tree.Root.Id.Index, problem));

    /// <summary>To the snapshot that the transaction was renewed to.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Follow()
    {
        Scope.ThrowIfNotLive();
        BucketRecord record = new(PageReference.None, Scope.CatalogRoot, 0);
        if (Parent is not null && !Parent.TryReadRecord(Name, out record))
            throw Ended.BucketOfRenewed(Path);
        Entries.Follow(record.Entries);
        Catalog.Follow(record.Catalog);
        Sequence = record.Sequence;
        _generation = Scope.Generation;
    }

    protected bool TryReadRecord(ReadOnlySpan<byte> name, out BucketRecord record)
    {
        record = default;
        try
        {
            Enter();
            bool found = Catalog.TryFind(name, out CellValue value);
            if (found)
            {
                if (value.Kind != CellKind.Bucket)
                {
                    throw Corrupt(Catalog, "the catalog below it holds a cell that is no bucket");
                }

                record = BucketRecord.Read(value.Bytes);
            }

            Exit();
            return found;
        }
        catch (CorruptPageException e) when (e.Bucket is null && Parent is not null)
        {
            throw Locate(e);
        }
    }
}
