using System.Buffers.Binary;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Tree;

/// <summary>Numbered keys and values, and trees of them.</summary>
internal static class TestKeys
{
    public static byte[] Key(int number)
    {
        byte[] key = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(4), number);
        return key;
    }

    public static byte[] Value(int number, int length = 100)
    {
        byte[] value = new byte[length];
        value.AsSpan().Fill((byte)number);
        return value;
    }

    /// <summary>Puts the numbers in the order given.</summary>
    public static WritableTree Load(MemoryPages pages, IEnumerable<int> numbers)
    {
        WritableTree tree = new(pages, PageReference.None);
        pages.Enter();
        foreach (int number in numbers) tree.Put(Key(number), CellKind.Inline, Value(number));
        pages.Exit();
        return tree;
    }

    public static int Number(ReadOnlySpan<byte> key) =>
        BinaryPrimitives.ReadInt32BigEndian(key[4..]);
}
