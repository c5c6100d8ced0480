using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// A value read where it lies, kept there until disposed. A large value is copied instead. Dispose
/// soon: a pinned page cannot leave the cache.
/// </summary>
public sealed class PinnedValue : IDisposable, IScopedHandle
{
    private readonly BucketState _bucket;
    private readonly int _version;
    private readonly byte[]? _copy;
    private readonly int _offset;
    private PagePin _pin;
    private bool _isEnded;

    internal PinnedValue(BucketState bucket, byte[] copy)
    {
        _bucket = bucket;
        _version = bucket.Entries.Version;
        _copy = copy;
        Length = copy.Length;
        bucket.Scope.Add(this);
    }

    internal PinnedValue(BucketState bucket, in PagePin pin, int offset, int length)
    {
        _bucket = bucket;
        _version = bucket.Entries.Version;
        _pin = pin;
        _offset = offset;
        Length = length;
        bucket.Scope.Add(this);
    }

    /// <summary>Length of the value in bytes.</summary>
    public int Length { get; }

    /// <summary>The value. Do not keep the span beyond this object's end.</summary>
    /// <exception cref="HandleEndedException">
    /// This object was disposed, its transaction ended, or its bucket changed since.
    /// </exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            if (_isEnded || _bucket.IsDeleted || _bucket.Entries.Version != _version)
            {
                throw Ended.Pin();
            }

            _bucket.Scope.ThrowIfNotLive();
            return _copy is not null ? _copy : _pin.Span.Slice(_offset, Length);
        }
    }

    /// <summary>Lets the page go.</summary>
    public void Dispose()
    {
        _bucket.Scope.Remove(this);
        ((IScopedHandle)this).Release();
    }

    void IScopedHandle.Release()
    {
        _isEnded = true;
        _bucket.Scope.Source.Unpin(_pin);
        _pin = default;
    }
}
