using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Tree;

/// <summary>
/// Separators as long as can be and with nothing in common: three fill a branch, so that one that
/// is left with a single child finds no neighbour that has room, and gets a child of its own.
/// </summary>
public sealed class LongSeparatorTests : IDisposable
{
    private const int Groups = 48;
    private const int KeysPerGroup = 9;

    private readonly MemoryPages _pages = new(4096);

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void Deleting_upwards_leaves_a_sound_tree_after_each_key() =>
        Run(keys => keys.Order(BytesComparer.Instance));

    [Fact]
    public void Deleting_downwards_leaves_a_sound_tree_after_each_key() =>
        Run(keys => keys.OrderDescending(BytesComparer.Instance));

    [Theory, Seeds(4)]
    public void Deleting_in_any_order_leaves_a_sound_tree_after_each_key(int seed) =>
        Run(
            keys =>
            {
                new Random(seed).Shuffle(keys);
                return keys;
            },
            seed);

    [Theory, Seeds(4)]
    public void Deleting_all_of_some_groups_leaves_a_sound_tree(int seed)
    {
        Random random = new(seed);
        int[] order = [.. Enumerable.Range(0, Groups)];
        random.Shuffle(order);
        Run(
            keys => keys.OrderBy(key => Array.IndexOf(order, key[0]))
                .ThenBy(key => key, BytesComparer.Instance),
            seed);
    }

    private void Run(Func<byte[][], IEnumerable<byte[]>> order, int seed = 1)
    {
        Random random = new(seed);
        byte[][] keys =
        [
            .. from @group in Enumerable.Range(0, Groups)
               from number in Enumerable.Range(0, KeysPerGroup)
               select Key(@group, number),
        ];
        byte[][] shuffled = [.. keys];
        random.Shuffle(shuffled);
        WritableTree tree = new(_pages, PageReference.None);
        _pages.Enter();
        foreach (byte[] key in shuffled) Assert.True(tree.Put(key, CellKind.Inline, []));
        _pages.Exit();
        ulong left = (ulong)keys.Length;
        Assert.Equal(left, tree.Root.Count);
        foreach (byte[] key in order(keys).ToArray())
        {
            _pages.Enter();
            Assert.True(tree.Delete(key));
            _pages.Exit();
            Assert.Equal(--left, tree.Root.Count);
            TreeChecker.Check(_pages, tree.Root);
        }

        Assert.Equal(0, _pages.LivePageCount);
    }

    /// <summary>Keys of a group differ at the end only, those of two groups at once.</summary>
    private static byte[] Key(int group, int number)
    {
        byte[] key = new byte[1020];
        key.AsSpan().Fill((byte)'x');
        key[0] = (byte)group;
        key[^1] = (byte)number;
        return key;
    }
}
