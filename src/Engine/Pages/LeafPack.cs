using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>Divides the cells of neighbouring leaves anew over as few pages as hold them.</summary>
/// <remarks>The pages are copied in first, since the results are written over them.</remarks>
internal sealed class LeafPack(int pageBytes, int leavesMax)
{
    private readonly byte[] _copies = new byte[leavesMax * pageBytes];

    // Where each result begins: an input leaf and one of its cells.
    private readonly List<(int Leaf, int Cell)> _starts = [];
    private int _count;
    private int _bytes;

    /// <summary>Leaves added.</summary>
    public int InputCount { get; private set; }

    /// <summary>Pages that the cells added so far take.</summary>
    public int ResultCount => _starts.Count;

    /// <summary>Cells of a result; the results are in key order.</summary>
    public int CellCountOf(int result)
    {
        (int leaf, int cell) = _starts[result];
        (int endLeaf, int endCell) = EndOf(result);
        int count = -cell;
        for (; leaf < endLeaf; leaf++) count += Input(leaf).CellCount;
        return count + endCell;
    }

    /// <summary>Bytes that a leaf would fill if it were written anew.</summary>
    public static int UsedBytes(LeafPage leaf) => LeafPage.HeadsOffset
        + (leaf.CellCount * (sizeof(uint) + LeafPage.SlotSize)) + leaf.CellBytes;

    public void Clear()
    {
        _starts.Clear();
        InputCount = 0;
        _count = _bytes = 0;
    }

    /// <summary>Adds the leaf to the right of those added.</summary>
    public void Add(ReadOnlySpan<byte> page)
    {
        Debug.Assert(InputCount < leavesMax);
        page.CopyTo(_copies.AsSpan(InputCount * pageBytes));
        LeafPage leaf = new(page);
        for (int i = 0; i < leaf.CellCount; i++)
        {
            int size = leaf.CellAt(i).Length;
            if (_starts.Count == 0 || !LeafBuilder.Fits(pageBytes, _count + 1, _bytes + size))
            {
                _starts.Add((InputCount, i));
                _count = _bytes = 0;
            }

            _count++;
            _bytes += size;
        }

        InputCount++;
    }

    /// <summary>The shortest key that divides a result from the one before.</summary>
    public byte[] SeparatorBefore(int result)
    {
        (int leaf, int cell) = _starts[result];
        ReadOnlySpan<byte> above = Input(leaf).KeyAt(cell);
        int before = leaf;
        int index = cell - 1;
        while (index < 0)
        {
            before--;
            index = Input(before).CellCount - 1;
        }

        return above[..Separator.Shortest(Input(before).KeyAt(index), above)].ToArray();
    }

    /// <summary>Overwrites a leaf with a result; identity and CRC stay.</summary>
    public void WriteTo(int result, Span<byte> page)
    {
        int bytes = 0;
        (int endLeaf, int endCell) = EndOf(result);
        for ((int leaf, int cell) = _starts[result]; Move(ref leaf, ref cell, endLeaf, endCell);)
            bytes += Input(leaf).CellAt(cell++).Length;

        LeafBuilder builder = new(page, CellCountOf(result), bytes);
        for ((int leaf, int cell) = _starts[result]; Move(ref leaf, ref cell, endLeaf, endCell);)
            builder.Add(new LeafCells(Copy(leaf)), cell++);
        builder.Finish();
    }

    /// <summary>Skips the ends of leaves; false at the end of the result.</summary>
    private bool Move(ref int leaf, ref int cell, int endLeaf, int endCell)
    {
        while (leaf < endLeaf && cell == Input(leaf).CellCount)
        {
            leaf++;
            cell = 0;
        }

        return leaf < endLeaf || cell < endCell;
    }

    private (int Leaf, int Cell) EndOf(int result) => result + 1 < _starts.Count
        ? _starts[result + 1]
        : (InputCount - 1, Input(InputCount - 1).CellCount);

    private LeafPage Input(int leaf) => new(Copy(leaf));

    private ReadOnlySpan<byte> Copy(int leaf) => _copies.AsSpan(leaf * pageBytes, pageBytes);
}
