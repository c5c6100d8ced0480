using KvCow.Engine;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Tells the redo log what a transaction does, after it has been done.</summary>
internal sealed class RedoWriter(RedoRecord record)
{
    private const int NumberBytesMax = 10;

    // Numbers given out; never again after a rollback to a savepoint, which forgets their names.
    private int _last;
    private int _generation = 1;

    /// <summary>Length of what has been told, to come back to.</summary>
    public int Length => record.Length;

    public void Put(WritableBucketState bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Tell(RedoStep.Put, bucket, key, value);

    public void Delete(WritableBucketState bucket, ReadOnlySpan<byte> key)
    {
        if (!PlantedBugs.ForgetRedoneDelete) Tell(RedoStep.Delete, bucket, key);
    }

    public void DeleteRange(WritableBucketState bucket, ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to, bool toEnd)
    {
        if (toEnd) Tell(RedoStep.DeleteFrom, bucket, from);
        else Tell(RedoStep.DeleteRange, bucket, from, to);
    }

    public void Clear(WritableBucketState bucket)
    {
        if (TryBegin(RedoStep.Clear, bucket, 0, out Span<byte> room, out int at)) End(at);
    }

    public void Create(WritableBucketState parent, ReadOnlySpan<byte> name) =>
        Tell(RedoStep.Create, parent, name);

    public void Drop(WritableBucketState parent, ReadOnlySpan<byte> name) =>
        Tell(RedoStep.Drop, parent, name);

    public void Move(WritableBucketState parent, ReadOnlySpan<byte> name,
        WritableBucketState newParent, ReadOnlySpan<byte> newName)
    {
        int number = NumberOf(newParent);
        int bytes = name.Length + newName.Length + (3 * NumberBytesMax);
        if (!TryBegin(RedoStep.Move, parent, bytes, out Span<byte> room, out int at)) return;
        PutBytes(room, ref at, name);
        PutNumber(room, ref at, (ulong)number);
        PutBytes(room, ref at, newName);
        End(at);
    }

    public void SetSequence(WritableBucketState bucket, ulong number)
    {
        if (!TryBegin(RedoStep.Sequence, bucket, NumberBytesMax, out Span<byte> room, out int at))
            return;
        PutNumber(room, ref at, number);
        End(at);
    }

    /// <summary>Something was done that has no words.</summary>
    public void GiveUp() => record.GiveUp();

    /// <summary>What was told after a moment has been undone.</summary>
    public void CutTo(int length)
    {
        if (!PlantedBugs.KeepUndoneRedo) record.CutTo(length);
        _generation++;
    }

    private void Tell(RedoStep step, WritableBucketState bucket, ReadOnlySpan<byte> first)
    {
        int bytes = first.Length + NumberBytesMax;
        if (!TryBegin(step, bucket, bytes, out Span<byte> room, out int at)) return;
        PutBytes(room, ref at, first);
        End(at);
    }

    private void Tell(RedoStep step, WritableBucketState bucket, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second)
    {
        int bytes = first.Length + second.Length + (2 * NumberBytesMax);
        if (!TryBegin(step, bucket, bytes, out Span<byte> room, out int at)) return;
        PutBytes(room, ref at, first);
        PutBytes(room, ref at, second);
        End(at);
    }

    private bool TryBegin(RedoStep step, WritableBucketState bucket, int bytes,
        out Span<byte> room, out int at)
    {
        int number = NumberOf(bucket);
        at = 0;
        if (!record.TryReserve(1 + NumberBytesMax + bytes, out room)) return false;
        room[at++] = (byte)step;
        PutNumber(room, ref at, (ulong)number);
        return true;
    }

    private void End(int at) => record.Advance(at);

    /// <summary>The bucket's number, which is told with its path when it is new.</summary>
    private int NumberOf(WritableBucketState bucket)
    {
        if (bucket.Parent is null) return 0;
        if (bucket.RedoNumber > 0 && bucket.RedoGeneration == _generation) return bucket.RedoNumber;
        List<byte[]> names = [];
        int bytes = 0;
        for (BucketState at = bucket; at.Parent is not null; at = at.Parent)
        {
            names.Add(at.Name);
            bytes += at.Name.Length + NumberBytesMax;
        }

        bucket.RedoNumber = ++_last;
        bucket.RedoGeneration = _generation;
        if (!record.TryReserve(1 + (2 * NumberBytesMax) + bytes, out Span<byte> room)) return 0;
        int end = 0;
        room[end++] = (byte)RedoStep.Name;
        PutNumber(room, ref end, (ulong)bucket.RedoNumber);
        PutNumber(room, ref end, (ulong)names.Count);
        for (int i = names.Count - 1; i >= 0; i--) PutBytes(room, ref end, names[i]);
        record.Advance(end);
        return bucket.RedoNumber;
    }

    private static void PutBytes(Span<byte> room, ref int at, ReadOnlySpan<byte> bytes)
    {
        PutNumber(room, ref at, (ulong)bytes.Length);
        bytes.CopyTo(room[at..]);
        at += bytes.Length;
    }

    private static void PutNumber(Span<byte> room, ref int at, ulong number)
    {
        for (; number >= 0x80; number >>= 7) room[at++] = (byte)(number | 0x80);
        room[at++] = (byte)number;
    }
}
