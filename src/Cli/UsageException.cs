namespace KvCow.Cli;

/// <summary>What was typed, or the input that it names, makes no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);
