using Xunit;

namespace KvCow.Tests.Support.Buckets;

/// <summary>Random changes of one write transaction, made to the database and to a model.</summary>
internal sealed class ModelRun
{
    private const int BucketsMax = 12;

    private readonly Random _random;
    private readonly WriteTransaction _tx;
    private readonly NastyKeys _keys;
    private readonly int _pageBytes;

    // Handles opened before, with what they should hold. Some are opened twice on purpose.
    private readonly List<(WritableBucket Handle, ModelBucket Model)> _open = [];

    public ModelRun(Random random, WriteTransaction tx, ModelBucket model, int pageBytes)
    {
        _random = random;
        _tx = tx;
        _pageBytes = pageBytes;
        _keys = new NastyKeys(random, pageBytes);
        Model = model;
        foreach ((byte[] name, ModelBucket nested) in model.Nested)
        {
            _open.Add((tx.OpenBucket(name), nested));
        }
    }

    /// <summary>The top: its entries stay empty.</summary>
    public ModelBucket Model { get; }

    public void Step()
    {
        if (_open.Count == 0 || _random.Next(12) == 0) ChangeBuckets();
        else ChangeEntries(_open[_random.Next(_open.Count)]);
    }

    public void Check()
    {
        ModelAgreement.Check(_tx, Model);
        foreach ((WritableBucket handle, ModelBucket model) in _open)
        {
            byte[] key = NextKey(model);
            ModelAgreement.CheckAround(handle, model, key);
            ModelAgreement.CheckRange(handle, model, key, NextKey(model));
            ModelAgreement.CheckPrefix(handle, model, key[..(key.Length / 2)]);
        }
    }

    /// <summary>To be taken where a savepoint is made.</summary>
    public ModelMark Mark() => new(new ModelImage(Model), [.. _open]);

    /// <summary>The savepoint was rolled back to.</summary>
    public void ReturnTo(ModelMark mark)
    {
        mark.Image.Restore();
        foreach ((WritableBucket handle, ModelBucket model) in _open)
        {
            if (!mark.Image.Contains(model))
                Assert.Throws<HandleEndedException>(() => handle.ContainsKey([]));
        }

        _open.RemoveAll(open => !mark.Image.Contains(open.Model) || mark.Open.Contains(open));
        _open.AddRange(mark.Open);
    }

    private void ChangeEntries((WritableBucket Handle, ModelBucket Model) at)
    {
        (WritableBucket bucket, ModelBucket model) = at;
        byte[] key = NextKey(model);
        bool exists = model.Entries.ContainsKey(key);
        switch (_random.Next(24))
        {
            case < 9:
                byte[] value = NextValue();
                Assert.Equal(!exists, bucket.Put(key, value));
                model.Entries[key] = value;
                break;
            case < 13:
                Assert.Equal(model.Entries.Remove(key), bucket.Delete(key));
                break;
            case 13:
                Assert.Equal(model.Entries.GetValueOrDefault(key), bucket.GetAndDelete(key));
                model.Entries.Remove(key);
                break;
            case 14:
                value = NextValue();
                Assert.Equal(!exists, bucket.PutIfAbsent(key, value));
                model.Entries.TryAdd(key, value);
                break;
            case 15:
                value = NextValue();
                Assert.Equal(exists, bucket.Replace(key, value));
                if (exists) model.Entries[key] = value;
                break;
            case 16:
                CompareAndSet(bucket, model, key);
                break;
            case 17:
                DeleteRange(bucket, model, key, NextKey(model));
                break;
            case 18:
                byte[] prefix = key[..Math.Min(key.Length, 1 + _random.Next(8))];
                int before = model.Entries.Count;
                RemoveWhere(model, k => k.AsSpan().StartsWith(prefix));
                Assert.Equal(before - model.Entries.Count, bucket.DeletePrefix(prefix));
                break;
            case 19:
                if (_random.Next(10) != 0) break;
                bucket.Clear();
                model.Entries.Clear();
                break;
            case 20:
                Assert.Equal(++model.Sequence, bucket.NextSequence());
                break;
            case 21:
                value = NextValue();
                bucket.Put(key, new MemoryStream(value), value.Length);
                model.Entries[key] = value;
                break;
            case 22:
                DeleteByCursor(bucket, model, key);
                break;
            default:
                PutRun(bucket, model);
                break;
        }
    }

    private void CompareAndSet(WritableBucket bucket, ModelBucket model, byte[] key)
    {
        bool exists = model.Entries.TryGetValue(key, out byte[]? old);
        byte[] expected = exists && _random.Next(2) == 0 ? [.. old!] : NextValue();
        bool matches = exists && expected.AsSpan().SequenceEqual(old);
        byte[] value = NextValue();
        Assert.Equal(matches, bucket.CompareAndSet(key, expected, value));
        if (matches) model.Entries[key] = value;
    }

    private static void DeleteRange(
        WritableBucket bucket, ModelBucket model, byte[] from, byte[] to)
    {
        int before = model.Entries.Count;
        RemoveWhere(model, k => k.AsSpan().SequenceCompareTo(from) >= 0
            && k.AsSpan().SequenceCompareTo(to) < 0);
        Assert.Equal(before - model.Entries.Count, bucket.DeleteRange(from, to));
    }

    /// <summary>Walks from a key, deleting some of what it meets, in either direction.</summary>
    private void DeleteByCursor(WritableBucket bucket, ModelBucket model, byte[] key)
    {
        bool up = _random.Next(2) == 0;
        byte[][] expected = up
            ? [.. model.Entries.Keys.Where(k => k.AsSpan().SequenceCompareTo(key) >= 0)]
            : [.. model.Entries.Keys.Where(k => k.AsSpan().SequenceCompareTo(key) <= 0).Reverse()];
        using WritableCursor cursor = bucket.OpenCursor();
        bool more = up ? cursor.SeekCeiling(key) : cursor.SeekFloor(key);
        foreach (byte[] next in expected.Take(30))
        {
            Assert.True(more);
            Assert.Equal(next, cursor.Key.ToArray());
            if (_random.Next(2) == 0)
            {
                cursor.Delete();
                model.Entries.Remove(next);
                Assert.False(cursor.IsOnEntry);
            }

            more = up ? cursor.MoveNext() : cursor.MovePrevious();
        }
    }

    private void PutRun(WritableBucket bucket, ModelBucket model)
    {
        int first = _random.Next(100_000);
        for (int i = 0; i < 60; i++)
        {
            byte[] key = System.Text.Encoding.ASCII.GetBytes($"{first + i:D9}");
            byte[] value = Keys.NextValue(_random, 0, 100);
            bucket.Put(key, value);
            model.Entries[key] = value;
        }
    }

    private void ChangeBuckets()
    {
        (WritableBucket? parent, ModelBucket model) = NextParent();
        byte[] name = NextName(model);
        bool exists = model.Nested.TryGetValue(name, out ModelBucket? nested);
        switch (_random.Next(6))
        {
            case < 3:
                if (!exists && CountBuckets(Model) >= BucketsMax) break;
                if (!exists) model.Nested.Add(name, nested = new ModelBucket());
                _open.Add((parent is null
                    ? _tx.OpenOrCreateBucket(name)
                    : parent.OpenOrCreateBucket(name), nested!));
                break;
            case 3:
                Assert.Equal(exists, parent?.DeleteBucket(name) ?? _tx.DeleteBucket(name));
                if (!exists) break;
                model.Nested.Remove(name);
                _open.RemoveAll(open => nested!.Reaches(open.Model));
                break;
            case 4 when exists:
                byte[] newName = NextName(model);
                if (model.Nested.ContainsKey(newName)) break;
                if (parent is null) _tx.RenameBucket(name, newName);
                else parent.RenameBucket(name, newName);
                model.Nested.Remove(name);
                model.Nested.Add(newName, nested!);
                break;
            case 5 when exists:
                Move(parent, model, name, nested!);
                break;
        }
    }

    private void Move(
        WritableBucket? parent, ModelBucket model, byte[] name, ModelBucket moved)
    {
        (WritableBucket? target, ModelBucket targetModel) = NextParent();
        byte[] newName = NextName(targetModel);
        if (moved.Reaches(targetModel) || targetModel.Nested.ContainsKey(newName)) return;
        if (target is not null && parent is not null) parent.MoveBucket(name, target, newName);
        else if (target is not null) _tx.MoveBucket(name, target, newName);
        else if (parent is not null) parent.MoveBucketToTop(name, newName);
        else _tx.RenameBucket(name, newName);
        model.Nested.Remove(name);
        targetModel.Nested.Add(newName, moved);
    }

    private (WritableBucket? Handle, ModelBucket Model) NextParent() =>
        _open.Count == 0 || _random.Next(3) == 0
            ? (null, Model)
            : _open[_random.Next(_open.Count)];

    private byte[] NextName(ModelBucket parent) =>
        parent.Nested.Count > 0 && _random.Next(2) == 0
            ? parent.Nested.Keys.ElementAt(_random.Next(parent.Nested.Count))
            : Keys.Next(_random, 1, 12);

    private byte[] NextKey(ModelBucket model) =>
        model.Entries.Count > 0 && _random.Next(2) == 0
            ? model.Entries.Keys.ElementAt(_random.Next(model.Entries.Count))
            : _keys.Next();

    private byte[] NextValue() => _random.Next(12) switch
    {
        0 => Keys.NextValue(_random, _pageBytes / 8, _pageBytes / 3),
        1 => Keys.NextValue(_random, _pageBytes, 6 * _pageBytes),
        _ => Keys.NextValue(_random, 0, 60),
    };

    private static int CountBuckets(ModelBucket model) =>
        model.Nested.Values.Sum(nested => 1 + CountBuckets(nested));

    private static void RemoveWhere(ModelBucket model, Func<byte[], bool> condition)
    {
        foreach (byte[] key in model.Entries.Keys.Where(condition).ToList())
        {
            model.Entries.Remove(key);
        }
    }
}
