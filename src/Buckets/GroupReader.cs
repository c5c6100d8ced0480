using System.Buffers;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>Looks up many keys together.</summary>
/// <remarks>
/// Values are copied out of the pages before a callback sees them: it runs outside the operation
/// and may do what it likes with the transaction, even dispose it.
/// </remarks>
internal static class GroupReader
{
    public static void GetMany<TState>(BucketState bucket,
        ReadOnlySpan<ReadOnlyMemory<byte>> keys, ref TState state,
        FoundValueCallback<TState> callback)
        where TState : allows ref struct
    {
        bucket.ThrowIfEnded();
        GroupScratch scratch = GroupScratch.Take();
        bucket.Scope.RunningCallbacks++;
        try
        {
            for (int start = 0; start < keys.Length; start += GroupSearch.KeysMax)
            {
                int count = Math.Min(GroupSearch.KeysMax, keys.Length - start);
                Find(bucket, keys.Slice(start, count), scratch);
                for (int i = 0; i < count; i++)
                    Deliver(bucket, scratch, i, start + i, ref state, callback);
            }
        }
        finally
        {
            bucket.Scope.RunningCallbacks--;
            scratch.GiveBack();
        }
    }

    private static void Find(
        BucketState bucket, ReadOnlySpan<ReadOnlyMemory<byte>> keys, GroupScratch scratch)
    {
        scratch.Clear();
        try
        {
            bucket.Enter();
            bool isEmpty = bucket.Entries.Root.IsNone;
            if (!isEmpty) scratch.Search.FindLeaves(bucket.Entries, keys);
            for (int i = 0; i < keys.Length; i++)
            {
                if (!isEmpty && scratch.Search.TryFind(i, out CellValue value))
                    scratch.Keep(i, value);
                else
                    scratch.KeepMissing(i);
            }

            bucket.Exit();
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw bucket.Locate(e);
        }
    }

    private static void Deliver<TState>(BucketState bucket, GroupScratch scratch, int place,
        int index, ref TState state, FoundValueCallback<TState> callback)
        where TState : allows ref struct
    {
        bool found = scratch.TryGet(place, out CellValue value);
        if (found && ValueReader.IsLarge(bucket, value))
            DeliverLarge(bucket, ValueReader.Extent(bucket, value), index, ref state, callback);
        else
            callback(index, found, value.Bytes, ref state);
    }

    private static void DeliverLarge<TState>(BucketState bucket, in ExtentReference extent,
        int index, ref TState state, FoundValueCallback<TState> callback)
        where TState : allows ref struct
    {
        ValueReader.ThrowIfMissing(bucket, extent);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)extent.Length);
        try
        {
            int length = ValueReader.ReadAll(bucket, extent, buffer);
            callback(index, true, buffer.AsSpan(0, length), ref state);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
