using System.Text;

namespace KvCow.Engine.Transactions;

/// <summary>A bucket on the way down, for messages.</summary>
/// <remarks>
/// Equal only to itself, and without recursion: buckets nest to any depth, deeper than the stack
/// of a thread.
/// </remarks>
/// <param name="name">Its name, which need not be text.</param>
/// <param name="parent">The bucket around it; null at the top.</param>
internal sealed class BucketPlace(byte[] name, BucketPlace? parent)
{
    /// <summary>Of a message: a path deeper than this says no more.</summary>
    private const int NamesShownMax = 100;

    public byte[] Name => name;

    public BucketPlace? Parent => parent;

    public override string ToString()
    {
        List<string> names = [];
        for (BucketPlace? at = this; at is not null; at = at.Parent)
        {
            names.Add(names.Count < NamesShownMax ? Encoding.UTF8.GetString(at.Name) : "...");
            if (names.Count > NamesShownMax) break;
        }

        names.Reverse();
        return string.Join('/', names);
    }
}
