using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// One bucket of a write transaction. There is one state per bucket, so that all handles agree; it
/// is known to its parent's state from its first use on.
/// </summary>
/// <remarks>
/// The catalogs are not told of every change. <see cref="_stored"/> is what the parent's catalog
/// holds for this bucket; <see cref="BucketRecords"/> brings it up to date before a commit, a move
/// and a delete.
/// </remarks>
internal sealed class WritableBucketState : BucketState
{
    private Dictionary<byte[], WritableBucketState>? _children;
    private BucketRecord _stored;

    private WritableBucketState(
        WriteScope scope, WritableBucketState? parent, byte[] name, BucketRecord record)
        : base(scope, parent, name,
            new WritableTree(scope.Transaction, record.Entries),
            new WritableTree(scope.Transaction, record.Catalog))
    {
        _stored = record;
        Sequence = record.Sequence;
    }

    public WriteScope WriteScope => (WriteScope)Scope;

    public WritableTree WritableEntries => (WritableTree)Entries;

    public WritableTree WritableCatalog => (WritableTree)Catalog;

    public WritableBucketState? WritableParent => (WritableBucketState?)Parent;

    public BucketRecord Record => new(Entries.Root, Catalog.Root, Sequence);

    public bool IsStored => Record == _stored;

    /// <summary>What the redo log calls the bucket, in the generation that it was told in.
    /// </summary>
    public int RedoNumber { get; set; }

    public int RedoGeneration { get; set; }

    /// <summary>The nested buckets used so far.</summary>
    public IEnumerable<WritableBucketState> Children => _children is null ? [] : _children.Values;

    /// <summary>The state of the transaction itself.</summary>
    public WritableBucketState Top
    {
        get
        {
            WritableBucketState at = this;
            while (at.WritableParent is { } above) at = above;
            return at;
        }
    }

    public static WritableBucketState Root(WriteScope scope) => new(scope, null, [],
        new BucketRecord(PageReference.None, scope.CatalogRoot, 0));

    public override WritableBucketState? Find(ReadOnlySpan<byte> name)
    {
        if (FindLoaded(name) is { } loaded)
        {
            ThrowIfEnded();
            return loaded;
        }

        if (!TryReadRecord(name, out BucketRecord record)) return null;
        WritableBucketState found = new(WriteScope, this, name.ToArray(), record);
        WriteScope.Savepoints.NoteLoaded(found, this, found.Name);
        return Adopt(found);
    }

    public WritableBucketState Create(ReadOnlySpan<byte> name)
    {
        ThrowIfNotWritable();
        if (Exists(name)) throw new BucketExistsException(PathOf(name));
        WritableBucketState created = new(WriteScope, this, name.ToArray(), default);
        TreeEditor.PutRecord(this, name, default);
        return Adopt(created);
    }

    public ulong TakeSequence()
    {
        ThrowIfNotWritable();
        Sequence = checked(Sequence + 1);
        WriteScope.Redo.SetSequence(this, Sequence);
        return Sequence;
    }

    public void SetSequence(ulong value)
    {
        ThrowIfNotWritable();
        Sequence = value;
        WriteScope.Redo.SetSequence(this, value);
    }

    /// <summary>Refuses a write before anything is touched.</summary>
    public void ThrowIfNotWritable()
    {
        ThrowIfEnded();
        WriteScope.ThrowIfNotWritable();
    }

    /// <summary>Brings the parent's catalog up to date.</summary>
    public void Store()
    {
        Debug.Assert(Parent is not null);
        BucketRecord record = Record;
        TreeEditor.PutRecord((WritableBucketState)Parent, Name, record);
        _stored = record;
    }

    /// <summary>Gives the bucket, with all below it, another parent and name.</summary>
    public void MoveTo(WritableBucketState newParent, byte[] newName)
    {
        Debug.Assert(WritableParent is not null);
        WritableBucketState oldParent = WritableParent;
        WriteScope.NamedRoots++;
        oldParent.Abandon(this);
        TreeEditor.DeleteRecord(oldParent, Name);
        Parent = newParent;
        Name = newName;
        Store();
        newParent.Adopt(this);
        WriteScope.NamedRoots--;
    }

    /// <summary>Takes the bucket out of its parent; its handles are stale from here on.</summary>
    public void Detach()
    {
        Debug.Assert(WritableParent is not null);
        WritableParent.Abandon(this);
        TreeEditor.DeleteRecord(WritableParent, Name);
        foreach (WritableBucketState state in BucketRecords.TopDown(this)) state.IsDeleted = true;
    }

    /// <summary>As it is now, for a savepoint.</summary>
    public BucketImage Capture() => new(this, WritableParent, Name, Sequence, _stored,
        new SavedRoot(WritableEntries), new SavedRoot(WritableCatalog));

    /// <summary>Undone, unless a savepoint brings it back.</summary>
    public void Leave()
    {
        IsDeleted = true;
        _children = null;
    }

    /// <summary>Back to an image; <see cref="Join"/> then tells the parent.</summary>
    public void Restore(BucketImage image)
    {
        ComeBack(image.Parent, image.Name, image.Sequence, image.Stored);
        image.Entries.Restore();
        image.Catalog.Restore();
    }

    public void Join() => WritableParent?.Adopt(this);

    public bool TryRead(ReadOnlySpan<byte> name, out BucketRecord record) =>
        TryReadRecord(name, out record);

    /// <summary>Back to what the parent's catalog holds.</summary>
    public void Reload(WritableBucketState parent, byte[] name, in BucketRecord record)
    {
        ComeBack(parent, name, record.Sequence, record);
        WritableEntries.Restore(record.Entries);
        WritableCatalog.Restore(record.Catalog);
        Join();
    }

    private void ComeBack(
        WritableBucketState? parent, byte[] name, ulong sequence, in BucketRecord stored)
    {
        Parent = parent;
        Name = name;
        Sequence = sequence;
        _stored = stored;
        _children = null;
        IsDeleted = false;
    }

    private WritableBucketState? FindLoaded(ReadOnlySpan<byte> name) => _children is null
        ? null
        : _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var child)
            ? child
            : null;

    private WritableBucketState Adopt(WritableBucketState child)
    {
        _children ??= new(NameComparer.Instance);
        _children.Add(child.Name, child);
        return child;
    }

    private void Abandon(WritableBucketState child) => _children!.Remove(child.Name);
}
