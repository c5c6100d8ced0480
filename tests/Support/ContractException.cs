namespace KvCow.Tests.Support;

/// <summary>The code under test broke the contract of what it was given to work with.</summary>
internal sealed class ContractException(string message) : Exception(message);
