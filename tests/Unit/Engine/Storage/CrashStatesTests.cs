using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class CrashStatesTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly IStorage _storage;

    public CrashStatesTests() => _storage = _disk.OpenStorage();

    [Fact]
    public void A_settled_disk_has_one_state()
    {
        using IStorageFile file = OpenDurable(4096);
        file.Write(0, [1]);
        file.Flush();
        SimulatedDisk only = Assert.Single(States());
        Assert.Equal(_disk.ReadAll(""), only.ReadAll(""));
        Assert.Equal(0, only.UnflushedCount);
    }

    [Fact]
    public void Every_subset_of_few_unflushed_writes_is_tried()
    {
        using IStorageFile file = OpenDurable(8 * 4096);
        for (int i = 0; i < 8; i++) file.Write(i * 4096, [(byte)(i + 1)]);

        var subsets = new HashSet<string>();
        foreach (SimulatedDisk state in States())
        {
            byte[] content = state.ReadAll("");
            subsets.Add(string.Concat(Enumerable.Range(0, 8).Select(i => content[i * 4096])));
        }

        Assert.Equal(256, subsets.Count);
    }

    [Fact]
    public void Writes_of_what_is_there_anyway_keep_no_subset_of_the_others_from_being_tried()
    {
        byte[] same = Keys.NextValue(new Random(1), 40 * 4096, 40 * 4096);
        using IStorageFile file = OpenDurable(48 * 4096);
        file.Write(8 * 4096, same);
        file.Flush();
        file.Write(8 * 4096, same);
        for (int i = 0; i < 8; i++) file.Write(i * 4096, [(byte)(i + 1)]);

        Assert.Equal(256, States().Count);
    }

    [Fact]
    public void A_page_written_twice_may_hold_either_version_or_none()
    {
        using IStorageFile file = OpenDurable(4096);
        file.Write(0, [1]);
        file.Write(0, [2]);
        Assert.Equal([0, 1, 2], States().Select(state => (int)state.ReadAll("")[0]).Order());
    }

    [Fact]
    public void A_flush_makes_earlier_writes_part_of_every_state()
    {
        using IStorageFile file = OpenDurable(3 * 4096);
        file.Write(0, [1]);
        file.Flush();
        file.Write(4096, [2]);

        List<byte[]> states = States().Select(state => state.ReadAll("")).ToList();
        Assert.All(states, content => Assert.Equal(1, content[0]));
        Assert.Contains(states, content => content[4096] == 0);
        Assert.Contains(states, content => content[4096] == 2);
    }

    [Fact]
    public void A_flush_of_one_file_leaves_the_other_open_to_loss()
    {
        using IStorageFile file = OpenDurable(4096);
        using IStorageFile pending = _storage.Open(".pending", StorageOpening.WriteNew);
        _storage.FlushDirectory();
        file.Write(0, [1]);
        pending.Write(0, [2]);
        file.Flush();

        List<SimulatedDisk> states = States();
        Assert.All(states, state => Assert.Equal(1, state.ReadAll("")[0]));
        Assert.Contains(states, state => state.LengthOf(".pending") == 0);
        Assert.Contains(states, state => state.ReadAll(".pending") is [2]);
    }

    [Fact]
    public void A_write_may_be_torn_at_any_half_kilobyte_but_not_within()
    {
        using IStorageFile file = OpenDurable(4096);
        file.Write(0, Filled(4096, 7));

        var masks = new HashSet<int>();
        foreach (SimulatedDisk state in States())
        {
            byte[] content = state.ReadAll("");
            int mask = 0;
            for (int sector = 0; sector < 8; sector++)
            {
                Span<byte> bytes = content.AsSpan(sector * 512, 512);
                Assert.Equal(-1, bytes.IndexOfAnyExcept(bytes[0]));
                if (bytes[0] == 7) mask |= 1 << sector;
            }

            masks.Add(mask);
        }

        Assert.Superset(new HashSet<int> { 0x00, 0xFF, 0x01, 0x0F, 0x7F, 0x80, 0xF0, 0xFE }, masks);
    }

    [Fact]
    public void A_long_write_may_be_torn_between_pages()
    {
        using IStorageFile file = OpenDurable(4 * 4096);
        file.Write(0, Filled(4 * 4096, 7));
        Assert.Contains(States(), state =>
            state.ReadAll("") is [0, ..] and var content
            && content[4096] == 7 && content[4 * 4096 - 1] == 7);
    }

    [Fact]
    public void Length_and_content_of_a_growing_file_reach_the_device_apart()
    {
        using IStorageFile file = OpenDurable(4096);
        file.Write(4096, Filled(4096, 7));

        List<byte[]> states = States().Select(state => state.ReadAll("")).ToList();
        Assert.Contains(states, content => content.Length == 4096);
        Assert.Contains(states, content => content.Length == 8192 && content[4096] == 0);
        Assert.Contains(states, content => content.Length == 8192 && content[4096] == 7);
        Assert.Contains(states, content => content.Length is > 4096 and < 8192);
    }

    [Fact]
    public void Content_behind_a_lost_length_does_not_come_back()
    {
        using IStorageFile file = OpenDurable(4096);
        file.Write(4096, Filled(4096, 7));
        foreach (SimulatedDisk state in States().Where(state => state.LengthOf("") == 4096))
        {
            using IStorage storage = state.OpenStorage();
            using IStorageFile again = storage.Open("", StorageOpening.WriteExisting);
            again.Grow(8192);
            Assert.Equal(0, state.ReadAll("")[4096]);
        }
    }

    [Fact]
    public void A_cut_may_be_lost()
    {
        using IStorageFile file = OpenDurable(8192);
        file.Truncate(4096);
        Assert.Equal([4096, 8192], States().Select(state => state.LengthOf("")).Order());
    }

    [Fact]
    public void A_new_file_is_only_there_for_sure_after_a_flush_of_the_directory()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1]);
        file.Flush();
        Assert.Contains(States(), state => state.Names.Count == 0);
        Assert.Contains(States(), state => state.Names.Count == 1);

        _storage.FlushDirectory();
        Assert.Equal([1], Assert.Single(States()).ReadAll(""));
    }

    [Fact]
    public void A_rename_is_done_or_not_and_never_in_between()
    {
        using IStorageFile former = OpenDurable(1);
        using IStorageFile next = _storage.Open(".compact", StorageOpening.WriteNew);
        next.Write(0, [1, 2]);
        next.Flush();
        _storage.FlushDirectory();
        _storage.Rename(".compact", "");

        List<SimulatedDisk> states = States();
        Assert.Equal(2, states.Count);
        Assert.Contains(states, state => state.LengthOf("") == 1 && state.Names.Count == 2);
        Assert.Contains(states, state => state.LengthOf("") == 2 && state.Names.Count == 1);
        _storage.FlushDirectory();
        Assert.Equal(2, Assert.Single(States()).LengthOf(""));
    }

    [Fact]
    public void A_deletion_may_be_lost_until_the_directory_is_flushed()
    {
        OpenDurable(1).Dispose();
        _storage.Delete("");
        Assert.Equal([0, 1], States().Select(state => state.Names.Count).Order());
        _storage.FlushDirectory();
        Assert.Empty(Assert.Single(States()).Names);
    }

    [Fact]
    public void Renames_in_a_row_never_give_one_file_two_names()
    {
        OpenDurable(1).Dispose();
        _storage.Rename("", ".a");
        _storage.Rename(".a", ".b");
        Assert.All(States(), state => Assert.Single(state.Names));
    }

    [Theory, Seeds(5)]
    public void Of_many_unflushed_writes_the_telling_states_are_sampled(int seed)
    {
        const int count = 40;
        using IStorageFile file = OpenDurable(count * 4096);
        for (int i = 0; i < count; i++) file.Write(i * 4096, [(byte)(i + 1)]);

        var there = new List<int[]>();
        foreach (SimulatedDisk state in CrashStates.Enumerate(_disk, new Random(seed), 2000))
        {
            byte[] content = state.ReadAll("");
            there.Add(Enumerable.Range(0, count).Where(i => content[i * 4096] != 0).ToArray());
        }

        Assert.Contains(there, set => set.Length == 0);
        Assert.Contains(there, set => set.Length == count);
        for (int i = 0; i < count; i++)
        {
            Assert.Contains(there, set => set.Length == 1 && set[0] == i);
            Assert.Contains(there, set => set.Length == count - 1 && !set.Contains(i));
            Assert.Contains(there, set => set.SequenceEqual(Enumerable.Range(0, i)));
        }

        Assert.Contains(there, set => set.Length is > 10 and < 30 && set[^1] != set.Length - 1);
    }

    [Theory, Seeds(5)]
    public void No_state_comes_twice_and_no_more_come_than_asked_for(int seed)
    {
        var random = new Random(seed);
        using IStorageFile file = OpenDurable(4 * 4096);
        for (int i = 0; i < 9; i++) file.Write(random.Next(4 * 4096), [(byte)random.Next(3)]);

        List<string> all = CrashStates.Enumerate(_disk, random, int.MaxValue).Select(Content)
            .ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Equal(5, CrashStates.Enumerate(_disk, random, 5).Count());
        // The same seed gives the same states.
        Assert.Equal(
            CrashStates.Enumerate(_disk, new Random(seed), 50).Select(Content),
            CrashStates.Enumerate(_disk, new Random(seed), 50).Select(Content));

        static string Content(SimulatedDisk disk) => Convert.ToHexString(disk.ReadAll(""));
    }

    [Fact]
    public void A_state_can_crash_again()
    {
        using IStorageFile file = OpenDurable(8192);
        file.Write(0, [1]);
        int grandchildren = 0;
        foreach (SimulatedDisk state in States())
        {
            using IStorage storage = state.OpenStorage();
            using IStorageFile again = storage.Open("", StorageOpening.WriteExisting);
            again.Write(4096, [2]);
            grandchildren += CrashStates.Enumerate(state, new Random(1), 100).Count();
        }

        Assert.Equal(4, grandchildren);
        Assert.Equal(2, States().Count);
    }

    private List<SimulatedDisk> States() =>
        CrashStates.Enumerate(_disk, new Random(1), int.MaxValue).ToList();

    private IStorageFile OpenDurable(int length)
    {
        IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Grow(length);
        file.Flush();
        _storage.FlushDirectory();
        return file;
    }

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }
}
