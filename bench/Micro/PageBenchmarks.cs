using BenchmarkDotNet.Attributes;
using KvCow.Engine.Pages;

namespace KvCow.Micro;

/// <summary>Work on one page that lies in the processor's cache.</summary>
public class PageBenchmarks
{
    private byte[] _leaf = [];
    private byte[] _branch = [];
    private byte[][] _leafKeys = [];
    private byte[][] _keys = [];
    private int _next;

    [GlobalSetup]
    public void Load()
    {
        using SampleFile file = new(20_000);
        _keys = file.Keys;
        _leaf = file.ReadPages(PageKind.Leaf)[0];
        _branch = file.ReadPages(PageKind.Branch).MaxBy(page => PageHeader.CellCount(page)) ?? [];
        LeafPage leaf = new(_leaf);
        _leafKeys = new byte[leaf.CellCount][];
        for (int i = 0; i < _leafKeys.Length; i++) _leafKeys[i] = leaf.KeyAt(i).ToArray();
    }

    [Benchmark]
    public bool FindInLeaf()
    {
        _next = _next + 7 < _leafKeys.Length ? _next + 7 : _next + 7 - _leafKeys.Length;
        return new LeafPage(_leaf).Find(_leafKeys[_next]).Found;
    }

    [Benchmark]
    public int FindChildInBranch()
    {
        _next = _next + 7 < _keys.Length ? _next + 7 : 0;
        return new BranchPage(_branch).FindChild(_keys[_next]);
    }

    [Benchmark]
    public uint ReadChildReference()
    {
        _next = _next + 7 < 100 ? _next + 7 : 0;
        return new BranchPage(_branch).ChildAt(_next).Crc;
    }

    [Benchmark]
    public uint ChecksumPage() => Crc32C.Compute(_leaf);

    [Benchmark]
    public uint ChecksumPageByWords() => Crc32C.AppendByWords(uint.MaxValue, _leaf);

    [Benchmark]
    public string? VerifyLeaf() => PageVerifier.FindProblem(_leaf);
}
