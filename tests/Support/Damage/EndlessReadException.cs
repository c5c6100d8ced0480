namespace KvCow.Tests.Support.Damage;

/// <summary>An operation read many times what the file has: it would never end.</summary>
internal sealed class EndlessReadException(string message) : Exception(message);
