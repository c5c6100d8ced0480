namespace KvCow.Engine.Pages;

/// <summary>The cells a leaf would have after one insert or replacement.</summary>
internal readonly ref struct LeafCells
{
    private const int NoEdit = int.MaxValue;

    private readonly LeafPage _leaf;
    private readonly int _edited;
    private readonly bool _replace;
    private readonly ReadOnlySpan<byte> _key;
    private readonly CellKind _kind;
    private readonly ReadOnlySpan<byte> _value;

    /// <summary>The cells as they are.</summary>
    public LeafCells(ReadOnlySpan<byte> page)
    {
        _leaf = new LeafPage(page);
        _edited = NoEdit;
    }

    /// <summary>The cells with one more at an index, or another one there.</summary>
    public LeafCells(
        ReadOnlySpan<byte> page, int index, bool replace,
        ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        _leaf = new LeafPage(page);
        _edited = index;
        _replace = replace;
        _key = key;
        _kind = kind;
        _value = value;
    }

    public int Count => _leaf.CellCount + (_edited != NoEdit && !_replace ? 1 : 0);

    /// <summary>Bytes of all cells, with their slots and narrow heads.</summary>
    public int UsedBytes
    {
        get
        {
            int bytes = _leaf.CellBytes + (Count * (LeafPage.SlotSize + sizeof(uint)));
            if (_edited == NoEdit) return bytes;
            if (_replace) bytes -= _leaf.CellAt(_edited).Length;
            return bytes + LeafCell.SizeOf(_key, _value);
        }
    }

    /// <summary>The same change of a copy of the page.</summary>
    public LeafCells On(ReadOnlySpan<byte> copy) => _edited == NoEdit
        ? new LeafCells(copy)
        : new LeafCells(copy, _edited, _replace, _key, _kind, _value);

    /// <summary>Whether the changed cell's key or value lies in a page.</summary>
    public bool ChangeLiesIn(ReadOnlySpan<byte> page) =>
        page.Overlaps(_key) || page.Overlaps(_value);

    public int SizeAt(int index) =>
        index == _edited ? LeafCell.SizeOf(_key, _value) : _leaf.CellAt(Place(index)).Length;

    public ReadOnlySpan<byte> KeyAt(int index) =>
        index == _edited ? _key : _leaf.KeyAt(Place(index));

    public CellValue ValueAt(int index) =>
        index == _edited ? new CellValue(_kind, _value) : _leaf.ValueAt(Place(index));

    /// <summary>Copies a cell and returns its size.</summary>
    public int CopyTo(int index, Span<byte> destination)
    {
        if (index == _edited)
        {
            LeafCell.Write(destination, _key, _kind, _value);
            return LeafCell.SizeOf(_key, _value);
        }

        ReadOnlySpan<byte> cell = _leaf.CellAt(Place(index));
        cell.CopyTo(destination);
        return cell.Length;
    }

    private int Place(int index) => index > _edited && !_replace ? index - 1 : index;
}
