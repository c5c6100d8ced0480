using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Follows the redo log behind a meta page, batch by batch, up to the first that is not whole: that
/// one was never acknowledged, or it is damaged, which the mark of acknowledged commits tells.
/// </summary>
/// <remarks>
/// Whatever the bytes, it reads no page twice and holds one batch in memory.
/// </remarks>
internal sealed class RedoReader(PageFile file, MetaPage meta)
{
    private readonly byte[] _page = new byte[file.PageBytes];
    private readonly long _pageCount = file.Main.Length / file.PageBytes;
    private PageId _at = meta.RedoStart;
    private byte[] _records = [];
    private int _length;

    /// <summary>The last commit that has been read; the meta page's before the first.</summary>
    public TransactionId Last { get; private set; } = meta.Id;

    /// <summary>Pages of the batches read so far.</summary>
    public PageSet Pages { get; } = new();

    /// <summary>Where the first batch should lie that is not whole.</summary>
    public PageId End => _at;

    /// <summary>Reads the next batch; false at the end of what is whole.</summary>
    public bool MoveNext()
    {
        if (!TryReadPage(_at)) return false;
        RedoBatchHead head = RedoPage.Head(_page);
        bool isNext = head.Previous == Last
            && head.Tag == meta.RedoTag && head.Last > head.Previous
            && head.RecordBytes is > 0 and <= 2 * RedoLog.BatchBytesMax
            && head.PageCount == RedoPage.PagesFor(head.RecordBytes, file.PageBytes);
        if (!isNext || !TryReadBatch(head)) return false;
        Last = head.Last;
        return true;
    }

    /// <summary>What each commit of the batch did, in their order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Records
    {
        get
        {
            for (int at = 0; at < _length;)
            {
                int length = ReadInt32LittleEndian(_records.AsSpan(at + 8));
                at += RedoPage.RecordHeadBytes;
                yield return _records.AsMemory(at, length);
                at += length;
            }
        }
    }

    private bool TryReadBatch(in RedoBatchHead head)
    {
        if (_records.Length < head.RecordBytes) _records = new byte[head.RecordBytes];
        List<PageId> ids = [];
        PageId at = _at;
        _length = 0;
        for (int i = 0; i < head.PageCount; i++)
        {
            bool isPart = (i == 0 || TryReadPage(at))
                && RedoPage.Head(_page) == head && RedoPage.Index(_page) == i;
            if (!isPart) return false;
            int part = Math.Min(
                RedoPage.PayloadBytes(file.PageBytes), head.RecordBytes - _length);
            RedoPage.Payload(_page.AsSpan())[..part].CopyTo(_records.AsSpan(_length));
            _length += part;
            ids.Add(at);
            at = RedoPage.Next(_page);
        }

        bool isWhole = Crc32C.Append(0, _records.AsSpan(0, _length)) == head.Crc;
        if (!isWhole || !AreInOrder(head)) return false;
        foreach (PageId id in ids) Pages.Add(new PageRun(id.Index, 1));
        _at = at;
        return true;
    }

    private bool AreInOrder(in RedoBatchHead head)
    {
        ulong id = head.Previous.Value;
        for (int at = 0; at < _length;)
        {
            if (_length - at < RedoPage.RecordHeadBytes) return false;
            int length = ReadInt32LittleEndian(_records.AsSpan(at + 8));
            if (ReadUInt64LittleEndian(_records.AsSpan(at)) != ++id) return false;
            at += RedoPage.RecordHeadBytes;
            if (length < 0 || length > _length - at) return false;
            at += length;
        }

        return id == head.Last.Value;
    }

    private bool TryReadPage(PageId id) =>
        id.Index >= MetaPage.SlotCount && id.Index < _pageCount && !Pages.Contains(id.Index)
        && file.TryRead(id, _page) && RedoPage.IsIntact(_page, id);
}
