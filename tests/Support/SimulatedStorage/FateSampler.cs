namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>Draws what may become of a list of unflushed changes in a power cut.</summary>
internal sealed class FateSampler(IReadOnlyList<DiskChange> changes, Random random)
{
    /// <summary>Up to so many changes every subset is tried: 4,096 of them.</summary>
    private const int ExhaustiveCountMax = 12;

    /// <summary>Draws of a wholly random fate; the structured ones come on top.</summary>
    private const int MixtureCount = 1024;

    /// <summary>Sector masks: first one, first half, all but last, and the like.</summary>
    private static readonly byte[] Tears = [0x01, 0x0F, 0x7F, 0x80, 0xF0, 0xFE, 0x55];

    // Every source fills it whole before it yields.
    private readonly byte[] _fates = new byte[changes.Count];

    /// <summary>
    /// Yields the same array again and again with other fates. First all and none; then subsets,
    /// tears and mixtures in turn, so that whoever stops early has seen some of each.
    /// </summary>
    public IEnumerable<byte[]> Sample()
    {
        Fill(Fate.Done);
        yield return _fates;
        if (changes.Count == 0) yield break;
        Fill(Fate.Lost);
        yield return _fates;

        List<IEnumerator<bool>> sources = [];
        sources.Add((changes.Count <= ExhaustiveCountMax ? Subsets() : Structured())
            .GetEnumerator());
        sources.Add(TornWrites().GetEnumerator());
        sources.Add(Mixtures().GetEnumerator());
        while (sources.Count > 0)
        {
            for (int i = sources.Count - 1; i >= 0; i--)
            {
                if (sources[i].MoveNext()) yield return _fates;
                else sources.RemoveAt(i);
            }
        }
    }

    private IEnumerable<bool> Subsets()
    {
        // An odd factor and an offset visit every subset once, in an order drawn by the seed.
        uint count = 1u << changes.Count;
        uint factor = (uint)random.Next() | 1;
        uint offset = (uint)random.Next();
        for (uint i = 0; i < count; i++)
        {
            uint subset = (i * factor) + offset;
            for (int k = 0; k < _fates.Length; k++)
                _fates[k] = (subset >> k & 1) != 0 ? Fate.Done : Fate.Lost;
            yield return true;
        }
    }

    /// <summary>
    /// Each alone, all but one, and the first so many, in random order of places.
    /// </summary>
    private IEnumerable<bool> Structured()
    {
        foreach (int place in ShuffledPlaces())
        {
            Fill(Fate.Lost);
            _fates[place] = Fate.Done;
            yield return true;
            Fill(Fate.Done);
            _fates[place] = Fate.Lost;
            yield return true;
            Fill(Fate.Lost);
            _fates.AsSpan(0, place).Fill(Fate.Done);
            yield return true;
        }
    }

    /// <summary>
    /// Each write torn in several ways, the others all there, none there, or the older.
    /// </summary>
    private IEnumerable<bool> TornWrites()
    {
        foreach (int place in ShuffledPlaces())
        {
            if (changes[place] is not (WriteChange or ExtendChange)) continue;
            foreach (byte tear in Tears)
            {
                for (int others = 0; others < 3; others++)
                {
                    Fill(others == 0 ? Fate.Done : Fate.Lost);
                    if (others == 2) _fates.AsSpan(0, place).Fill(Fate.Done);
                    _fates[place] = tear;
                    yield return true;
                }
            }
        }
    }

    /// <summary>Each change lost, done or torn at random, with drawn shares.</summary>
    private IEnumerable<bool> Mixtures()
    {
        for (int i = 0; i < MixtureCount; i++)
        {
            double lostShare = random.NextDouble();
            // Where every subset is tried, a mixture without a tear would be nothing new.
            bool tears = changes.Count <= ExhaustiveCountMax || random.Next(2) == 0;
            double tornShare = tears ? random.NextDouble() / 2 : 0;
            foreach (ref byte fate in _fates.AsSpan())
            {
                bool lost = random.NextDouble() < lostShare;
                bool torn = random.NextDouble() < tornShare;
                fate = torn ? (byte)random.Next(256) : lost ? Fate.Lost : Fate.Done;
            }

            yield return true;
        }
    }

    private int[] ShuffledPlaces()
    {
        int[] places = Enumerable.Range(0, changes.Count).ToArray();
        random.Shuffle(places);
        return places;
    }

    private void Fill(byte fate) => Array.Fill(_fates, fate);
}
