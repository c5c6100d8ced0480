namespace KvCow;

/// <summary>Reads a value where it lies. The span is dead when the callback returns.</summary>
/// <param name="value">The stored bytes.</param>
/// <param name="state">What the caller passed along, so that no closure is needed.</param>
public delegate TResult ValueCallback<in TState, out TResult>(
    ReadOnlySpan<byte> value, TState state)
    where TState : allows ref struct;
