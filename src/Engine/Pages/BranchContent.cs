using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>The separators and children of one or two branch pages.</summary>
/// <remarks>
/// A separator is two pieces of <c>_bytes</c>, the prefix of the page it comes from and the rest:
/// a page may hold thousands of separators of thousands of shared bytes.
/// </remarks>
internal sealed class BranchContent
{
    [ThreadStatic]
    private static BranchContent? _ofThread;

    private readonly List<Pieces> _separators = [];
    private readonly List<PageReference> _children = [];
    private byte[] _bytes = new byte[PageLimits.PageBytesMin];
    private int _byteCount;

    private BranchContent()
    {
    }

    public int SeparatorCount => _separators.Count;

    public List<PageReference> Children => _children;

    /// <summary>This thread's content, emptied: what an earlier call returned is gone.</summary>
    public static BranchContent Start()
    {
        BranchContent content = _ofThread ??= new BranchContent();
        content._separators.Clear();
        content._children.Clear();
        content._byteCount = 0;
        return content;
    }

    public static BranchContent Of(ReadOnlySpan<byte> page)
    {
        BranchContent content = Start();
        content.Append(page);
        return content;
    }

    /// <summary>Adds all separators and children of a page behind those there are.</summary>
    public void Append(ReadOnlySpan<byte> page)
    {
        Debug.Assert(_separators.Count == _children.Count);
        BranchPage branch = new(page);
        (int prefixOffset, int prefixLength) = Keep(branch.Prefix);
        for (int i = 0; i < branch.SeparatorCount; i++)
        {
            // No suffix is longer than the page it lies in.
            int offset = _byteCount;
            int length = branch.CopySuffix(i, Reserve(page.Length));
            _byteCount += length;
            _separators.Add(new Pieces(prefixOffset, prefixLength, offset, length));
        }

        for (int i = 0; i < branch.ChildCount; i++) _children.Add(branch.ChildAt(i));
    }

    public void InsertSeparator(int index, ReadOnlySpan<byte> separator)
    {
        (int offset, int length) = Keep(separator);
        _separators.Insert(index, new Pieces(0, 0, offset, length));
    }

    public void RemoveSeparator(int index) => _separators.RemoveAt(index);

    public int LengthAt(int index) => _separators[index].PrefixLength + _separators[index].Length;

    /// <summary>Copies a separator without its first bytes, as far as there is room.</summary>
    public void CopyTo(int index, int skip, Span<byte> destination)
    {
        while (destination.Length > 0 && skip < LengthAt(index))
        {
            ReadOnlySpan<byte> piece = PieceAt(index, skip);
            int length = Math.Min(piece.Length, destination.Length);
            piece[..length].CopyTo(destination);
            destination = destination[length..];
            skip += length;
        }
    }

    public ulong HeadAt(int index, int skip)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        head.Clear();
        CopyTo(index, skip, head);
        return KeyHead.Of(head, 0);
    }

    public bool EndsInZero(int index) => PieceAt(index, LengthAt(index) - 1)[0] == 0;

    /// <summary>How many bytes two separators share.</summary>
    public int CommonLength(int first, int second)
    {
        int shared = 0;
        int longest = Math.Min(LengthAt(first), LengthAt(second));
        while (shared < longest)
        {
            ReadOnlySpan<byte> a = PieceAt(first, shared);
            ReadOnlySpan<byte> b = PieceAt(second, shared);
            int step = a.CommonPrefixLength(b);
            shared += step;
            if (step < Math.Min(a.Length, b.Length)) break;
        }

        return shared;
    }

    /// <summary>The rest of the piece that the byte at a position lies in.</summary>
    private ReadOnlySpan<byte> PieceAt(int index, int position)
    {
        Pieces pieces = _separators[index];
        return position < pieces.PrefixLength
            ? _bytes.AsSpan(pieces.PrefixOffset, pieces.PrefixLength)[position..]
            : _bytes.AsSpan(pieces.Offset, pieces.Length)[(position - pieces.PrefixLength)..];
    }

    private (int Offset, int Length) Keep(ReadOnlySpan<byte> bytes)
    {
        int offset = _byteCount;
        bytes.CopyTo(Reserve(bytes.Length));
        _byteCount += bytes.Length;
        return (offset, bytes.Length);
    }

    /// <summary>Room for at least so many bytes behind those there are.</summary>
    private Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _byteCount < length)
            Array.Resize(ref _bytes, Math.Max(_byteCount + length, 2 * _bytes.Length));
        return _bytes.AsSpan(_byteCount);
    }

    private readonly record struct Pieces(
        int PrefixOffset, int PrefixLength, int Offset, int Length);
}
