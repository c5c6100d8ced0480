using KvCow.Engine.Pages;

namespace KvCow.Tests.Properties.Pages;

/// <summary>Leaves side by side with separators between them, beside a sorted dictionary.</summary>
internal sealed class LeafChain
{
    private static readonly TransactionId Birth = new(3);

    private readonly int _pageBytes;
    private readonly List<byte[]> _pages = [];
    private readonly List<byte[]> _separators = [];
    private readonly SortedDictionary<byte[], (CellKind Kind, byte[] Value)> _model =
        new(ByteOrder.Instance);

    public LeafChain(int pageBytes)
    {
        _pageBytes = pageBytes;
        _pages.Add(NewPage());
    }

    public int PageCount => _pages.Count;

    /// <summary>Some key that is there; null if the draw met an empty leaf.</summary>
    public byte[]? SomeKey(Random random)
    {
        LeafPage leaf = new(_pages[random.Next(_pages.Count)]);
        return leaf.CellCount == 0 ? null : leaf.KeyAt(random.Next(leaf.CellCount)).ToArray();
    }

    public void Put(byte[] key, CellKind kind, byte[] value, SplitBias bias)
    {
        int place = PlaceOf(key);
        byte[] page = _pages[place];
        byte[] before = [.. page];
        SlotSearch at = new LeafPage(page).Find(key);
        Assert.Equal(_model.ContainsKey(key), at.Found);
        LeafPageWriter writer = new(page);
        bool fits = at.Found
            ? writer.TryReplaceValue(at.Index, kind, value)
            : writer.TryInsert(at.Index, key, kind, value);
        if (!fits)
        {
            ByteOrder.AssertEqual(before, page);
            byte[] right = NewPage();
            byte[] buffer = new byte[PageLimits.KeyBytesMax(_pageBytes)];
            int length = LeafSplit.Split(
                page, right, at.Index, key, kind, value, buffer, at.Found, bias);
            _pages.Insert(place + 1, right);
            _separators.Insert(place, buffer[..length]);
            Check(place + 1);
        }

        _model[key] = (kind, value);
        Check(place);
    }

    public void Remove(byte[] key)
    {
        int place = PlaceOf(key);
        SlotSearch at = new LeafPage(_pages[place]).Find(key);
        Assert.Equal(_model.Remove(key), at.Found);
        if (at.Found) new LeafPageWriter(_pages[place]).RemoveAt(at.Index);
        Check(place);
    }

    public void RemoveRange(int place, int from, int count)
    {
        LeafPage leaf = new(_pages[place]);
        from = Math.Min(from, leaf.CellCount);
        count = Math.Min(count, leaf.CellCount - from);
        for (int i = from; i < from + count; i++) _model.Remove(leaf.KeyAt(i).ToArray());
        if (count > 0) new LeafPageWriter(_pages[place]).RemoveRange(from, count);
        Check(place);
    }

    public void Merge(int place)
    {
        if (place + 1 >= _pages.Count) return;
        byte[] before = [.. _pages[place]];
        if (!LeafMerge.TryMerge(_pages[place], _pages[place + 1]))
        {
            ByteOrder.AssertEqual(before, _pages[place]);
            return;
        }

        _pages.RemoveAt(place + 1);
        _separators.RemoveAt(place);
        Check(place);
    }

    public void Seal(int place)
    {
        byte[] page = new byte[_pageBytes];
        new Random(place).NextBytes(page);
        LeafSeal.Seal(_pages[place], page);
        Assert.Equal(0, new LeafPage(page).Garbage);
        Assert.Equal(new TransactionId(3), PageHeader.Birth(page));

        byte[] anew = new byte[_pageBytes];
        PageHeader.SetLoose(_pages[place]);
        LeafSeal.Seal(_pages[place], anew);
        ByteOrder.AssertEqual(anew, page);

        byte[] again = new byte[_pageBytes];
        LeafSeal.Seal(page, again);
        ByteOrder.AssertEqual(page, again);
        _pages[place] = page;
        Check(place);
    }

    /// <summary>All cells are those of the model, and every key is found where it is.</summary>
    public void CheckAll()
    {
        int index = 0;
        List<byte[]> keys = [.. _model.Keys];
        for (int place = 0; place < _pages.Count; place++)
        {
            LeafPage leaf = new(_pages[place]);
            for (int i = 0; i < leaf.CellCount; i++)
            {
                byte[] key = keys[index++];
                ByteOrder.AssertEqual(key, leaf.KeyAt(i));
                Assert.Equal(_model[key].Kind, leaf.KindAt(i));
                ByteOrder.AssertEqual(_model[key].Value, leaf.ValueAt(i).Bytes);
                Assert.Equal(new SlotSearch(i, true), leaf.Find(key));
                Assert.Equal(place, PlaceOf(key));
            }
        }

        Assert.Equal(keys.Count, index);
    }

    /// <summary>A key is found, or not, at the right place of every leaf.</summary>
    public void CheckSearch(byte[] key)
    {
        foreach (byte[] page in _pages)
        {
            LeafPage leaf = new(page);
            int below = 0;
            bool found = false;
            for (int i = 0; i < leaf.CellCount; i++)
            {
                int order = leaf.KeyAt(i).SequenceCompareTo(key);
                if (order < 0) below++;
                found |= order == 0;
            }

            Assert.Equal(new SlotSearch(below, found), leaf.Find(key));
        }
    }

    private void Check(int place)
    {
        byte[] page = _pages[place];
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
        LeafPage leaf = new(page);
        if (leaf.CellCount == 0) return;
        if (place > 0)
        {
            Assert.True(ByteOrder.Instance.Compare(
                _separators[place - 1], leaf.KeyAt(0).ToArray()) <= 0);
        }

        if (place < _separators.Count)
        {
            Assert.True(ByteOrder.Instance.Compare(
                leaf.KeyAt(leaf.CellCount - 1).ToArray(), _separators[place]) < 0);
        }
    }

    private int PlaceOf(byte[] key) =>
        _separators.TakeWhile(s => ByteOrder.Instance.Compare(s, key) <= 0).Count();

    private byte[] NewPage()
    {
        byte[] page = new byte[_pageBytes];
        LeafPageWriter.Initialize(page, new PageId(7), Birth);
        return page;
    }
}
