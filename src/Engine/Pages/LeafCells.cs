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

    public int SizeAt(int index) =>
        index == _edited ? LeafCell.SizeOf(_key, _value) : _leaf.CellAt(Place(index)).Length;

    public ReadOnlySpan<byte> KeyAt(int index) =>
        index == _edited ? _key : _leaf.KeyAt(Place(index));

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
