namespace KvCow;

/// <summary>The messages for uses after an end: what ended, and what to do.</summary>
internal static class Ended
{
    public static HandleEndedException Database(string path) =>
        new($"The database '{path}' was disposed. Open it again.");

    public static HandleEndedException Transaction() =>
        new("The transaction has ended (committed, rolled back or disposed). Begin a new one; "
            + "its buckets, cursors, streams and pinned values ended with it.");

    public static HandleEndedException Bucket(string bucket) =>
        new($"The bucket '{bucket}' was deleted in this transaction, or its creation was undone. "
            + "Open or create it again.");

    public static HandleEndedException BucketOfRenewed(string bucket) =>
        new($"The snapshot that the transaction was renewed to has no bucket '{bucket}'.");

    public static HandleEndedException Savepoint() =>
        new("The savepoint has ended (released, disposed, or undone with one made before it). "
            + "Create a new one.");

    public static HandleEndedException Cursor() =>
        new("The cursor or enumerator has ended (disposed, or its transaction ended). Open a new "
            + "one inside a running transaction.");

    public static HandleEndedException View() =>
        new("The cursor or enumerator has moved on since this entry was taken. Copy what is needed "
            + "before the next step.");

    public static HandleEndedException Pin() =>
        new("The pinned value has ended (disposed, its transaction ended, or its bucket changed). "
            + "Get it again, or copy it with Get.");

    public static HandleEndedException Stream() =>
        new("The value's stream has ended (disposed, its transaction ended, or its bucket "
            + "changed). Open it again.");
}
