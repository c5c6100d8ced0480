using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// What is missing, by bucket: the redo log may move a bucket of which something is missing.
/// </summary>
internal sealed class SalvageLosses
{
    private readonly List<(byte[][] Path, SalvageLoss Loss)> _losses = [];

    public IEnumerable<SalvageLoss> All => _losses.Select(static known => known.Loss);

    public void Add(BucketPlace? place, SalvageLoss loss)
    {
        List<byte[]> names = [];
        for (BucketPlace? at = place; at is not null; at = at.Parent) names.Add(at.Name);
        names.Reverse();
        _losses.Add(([.. names], loss));
    }

    /// <summary>A bucket was deleted: nothing in it is missing.</summary>
    public void Drop(byte[][] path) => _losses.RemoveAll(known => StartsWith(known.Path, path));

    /// <summary>
    /// What is missing of a bucket is missing where it went. It may have been one whose name is
    /// lost: then nothing is known of what it held.
    /// </summary>
    public void Move(byte[][] path, byte[][] newPath)
    {
        for (int i = 0; i < _losses.Count; i++)
        {
            (byte[][] at, SalvageLoss loss) = _losses[i];
            if (StartsWith(at, path)) _losses[i] = At([.. newPath, .. at[path.Length..]], loss);
        }

        SalvageLoss? above = _losses.FirstOrDefault(known => MayHide(known, path)).Loss;
        if (above is null) return;
        SalvageLoss unknown = above with { From = null, To = null, Entries = 0 };
        AddOnce(newPath, unknown with { IsCatalog = false });
        AddOnce(newPath, unknown);
    }

    private void AddOnce(byte[][] path, SalvageLoss loss)
    {
        bool isThere = _losses.Exists(known => known.Path.Length == path.Length
            && StartsWith(known.Path, path) && known.Loss.IsCatalog == loss.IsCatalog
            && known.Loss.From is null && known.Loss.To is null);
        if (!isThere) _losses.Add(At(path, loss));
    }

    private static (byte[][] Path, SalvageLoss Loss) At(byte[][] path, SalvageLoss loss)
    {
        BucketPlace? place = null;
        foreach (byte[] name in path) place = new BucketPlace(name, place);
        return (path, loss with { Bucket = place?.ToString() });
    }

    private static bool MayHide((byte[][] Path, SalvageLoss Loss) known, byte[][] path)
    {
        if (!known.Loss.IsCatalog || known.Path.Length >= path.Length) return false;
        byte[] name = path[known.Path.Length];
        return StartsWith(path, known.Path)
            && (known.Loss.From is null || name.AsSpan().SequenceCompareTo(known.Loss.From) >= 0)
            && (known.Loss.To is null || name.AsSpan().SequenceCompareTo(known.Loss.To) < 0);
    }

    private static bool StartsWith(byte[][] path, byte[][] start)
    {
        if (path.Length < start.Length) return false;
        for (int i = 0; i < start.Length; i++)
        {
            if (!path[i].AsSpan().SequenceEqual(start[i])) return false;
        }

        return true;
    }
}
