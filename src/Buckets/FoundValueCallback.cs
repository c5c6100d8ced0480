namespace KvCow;

/// <summary>
/// Told of one key of a <c>GetMany</c>. The span is dead when the callback returns.
/// </summary>
/// <param name="index">Which of the keys, counted from 0.</param>
/// <param name="found">False if the key is missing; the value is empty then.</param>
/// <param name="value">The stored bytes.</param>
/// <param name="state">What the caller passed along, so that no closure is needed.</param>
public delegate void FoundValueCallback<TState>(
    int index, bool found, ReadOnlySpan<byte> value, ref TState state)
    where TState : allows ref struct;
