namespace KvCow;

/// <summary>Walks loaded states, and brings catalogs up to date with them.</summary>
internal static class BucketRecords
{
    /// <summary>The state and all loaded below it, parents before children.</summary>
    public static List<WritableBucketState> TopDown(WritableBucketState top)
    {
        // A list and no recursion: buckets nest to any depth.
        List<WritableBucketState> states = [top];
        for (int i = 0; i < states.Count; i++) states.AddRange(states[i].Children);
        return states;
    }

    /// <summary>
    /// Stores the changed records below <paramref name="top"/>, deepest first, as storing one
    /// changes the record of the parent.
    /// </summary>
    public static void StoreBelow(WritableBucketState top)
    {
        List<WritableBucketState> states = TopDown(top);
        top.WriteScope.NamedRoots++;
        for (int i = states.Count - 1; i > 0; i--)
        {
            if (!states[i].IsStored) states[i].Store();
        }

        top.WriteScope.NamedRoots--;
    }
}
