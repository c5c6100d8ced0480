using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>Finds the redo log in a file, and changes what it tells, with right CRCs.</summary>
internal static class RedoForgery
{
    /// <summary>What the log behind the newest meta page tells.</summary>
    public static RedoTail Find(FileImage image)
    {
        using ImageStorage storage = new(image);
        using IStorageFile main = storage.Open("", StorageOpening.ReadExisting);
        MetaPage meta = MetaPages.Read(main, storage.Path)[0];
        return RedoTail.Find(new PageFile(storage, main, meta.PageBytes), meta);
    }

    /// <summary>Puts a record in the place of what the last batch tells: one page, one commit.
    /// </summary>
    /// <param name="image">The files.</param>
    /// <param name="record">What the commit is to have done.</param>
    /// <param name="idStep">Added to the commit's number before the record.</param>
    /// <param name="lengthStep">Added to the record's length there.</param>
    public static void ReplaceLast(FileImage image, ReadOnlySpan<byte> record,
        int idStep = 0, int lengthStep = 0)
    {
        int pageBytes = FileMap.Of(image).PageBytes;
        RedoTail redo = Find(image);
        uint last = redo.Pages.ToRuns()
            .SelectMany(static run => Enumerable.Range((int)run.Start, (int)run.Count))
            .Select(static id => (uint)id)
            .Single(id => RedoPage.Next(PageAt(image, id, pageBytes)) == redo.End);
        Span<byte> page = PageAt(image, last, pageBytes);
        RedoBatchHead head = RedoPage.Head(page);
        if (head.PageCount != 1 || head.Last != head.Previous.Next)
            throw new ContractException("the last batch is not of one page and commit");
        Span<byte> payload = RedoPage.Payload(page);
        payload.Clear();
        WriteUInt64LittleEndian(payload, head.Last.Value + (ulong)idStep);
        WriteInt32LittleEndian(payload[8..], unchecked(record.Length + lengthStep));
        record.CopyTo(payload[RedoPage.RecordHeadBytes..]);
        int bytes = RedoPage.RecordHeadBytes + record.Length;
        RedoPage.Initialize(page, new PageId(last), head with
        {
            RecordBytes = bytes,
            Crc = Crc32C.Append(0, payload[..bytes]),
        }, 0, redo.End);
        PageChecksum.Seal(page);
    }

    private static Span<byte> PageAt(FileImage image, uint page, int pageBytes) =>
        image.Main.AsSpan((int)page * pageBytes, pageBytes);
}
