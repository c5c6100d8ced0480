using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Does again, in one transaction, what the redo log tells.</summary>
internal class RedoReplay(WriteTransaction tx) : IRedoReplay
{
    // Numbers are of one record each.
    private readonly Dictionary<ulong, WritableBucketState> _buckets = [];

    public void Apply(ReadOnlySpan<byte> record)
    {
        _buckets.Clear();
        _buckets.Add(0, tx.Top);
        try
        {
            RedoParser parser = new(record);
            while (!parser.IsAtEnd) Step(ref parser);
        }
        catch (Exception problem) when (IsOfRecord(problem))
        {
            // The bytes are as they were written, so somebody else has written them.
            throw new CorruptPageException(0,
                $"the redo log tells what cannot have been done ({problem.Message})");
        }
    }

    public PageReference Finish() => tx.PrepareRedone();

    private static bool IsOfRecord(Exception problem) => problem is not (CorruptPageException
        or DatabaseFullException or DatabaseFailedException or ReadOnlyDatabaseException
        or OutOfMemoryException);

    private void Step(ref RedoParser parser)
    {
        RedoStep step = parser.ReadStep();
        ulong number = parser.ReadNumber();
        if (step == RedoStep.Name)
        {
            _buckets[number] = Find(ref parser);
            return;
        }

        if (!_buckets.TryGetValue(number, out WritableBucketState? bucket))
            throw new InvalidDataException($"bucket number {number} has no name");
        bool isCatalog = step is RedoStep.Create or RedoStep.Drop or RedoStep.Move;
        if (number == 0 && !isCatalog) throw new InvalidDataException("the top has no entries");
        if (isCatalog) ChangeCatalog(step, bucket, ref parser);
        else ChangeEntries(step, bucket, ref parser);
    }

    private WritableBucketState Find(ref RedoParser parser)
    {
        WritableBucketState at = tx.Top;
        for (ulong depth = parser.ReadNumber(); depth > 0; depth--)
        {
            ReadOnlySpan<byte> name = parser.ReadBytes();
            at = FindBucket(at, name);
        }

        return at;
    }

    /// <summary>The bucket of a name that is told.</summary>
    protected virtual WritableBucketState FindBucket(
        WritableBucketState parent, BucketName name) => parent.Find(name.Bytes)
            ?? throw new InvalidDataException(
                $"there is no bucket '{parent.PathOf(name.Bytes)}'");

    protected virtual void Create(WritableBucketState parent, BucketName name) =>
        BucketCatalog.Create(parent, name);

    protected virtual void Drop(WritableBucketState parent, BucketName name) =>
        BucketCatalog.Delete(parent, name);

    protected virtual void Move(WritableBucketState parent, BucketName name,
        WritableBucketState newParent, BucketName newName) =>
        BucketCatalog.Move(parent, name, newParent, newName);

    private static void ChangeEntries(
        RedoStep step, WritableBucketState bucket, ref RedoParser parser)
    {
        switch (step)
        {
            case RedoStep.Put:
                ReadOnlySpan<byte> key = parser.ReadBytes();
                EntryWriter.Put(bucket, key, parser.ReadBytes());
                break;
            case RedoStep.Delete:
                EntryWriter.Delete(bucket, parser.ReadBytes());
                break;
            case RedoStep.DeleteRange:
                ReadOnlySpan<byte> from = parser.ReadBytes();
                EntryWriter.DeleteRange(bucket, from, parser.ReadBytes(), toEnd: false);
                break;
            case RedoStep.DeleteFrom:
                EntryWriter.DeleteRange(bucket, parser.ReadBytes(), default, toEnd: true);
                break;
            case RedoStep.Clear:
                EntryWriter.Clear(bucket);
                break;
            case RedoStep.Sequence:
                bucket.SetSequence(parser.ReadNumber());
                break;
            default:
                throw new InvalidDataException($"step {(byte)step} is unknown");
        }
    }

    private void ChangeCatalog(RedoStep step, WritableBucketState parent, ref RedoParser parser)
    {
        BucketName name = parser.ReadBytes();
        if (step == RedoStep.Create)
        {
            Create(parent, name);
        }
        else if (step == RedoStep.Drop)
        {
            Drop(parent, name);
        }
        else
        {
            if (!_buckets.TryGetValue(parser.ReadNumber(), out WritableBucketState? newParent))
                throw new InvalidDataException("the new parent has no name");
            Move(parent, name, newParent, parser.ReadBytes());
        }
    }
}
