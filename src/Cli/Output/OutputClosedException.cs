namespace KvCow.Cli.Output;

/// <summary>Nobody reads the standard output any more, as after <c>| head</c>.</summary>
internal sealed class OutputClosedException() : Exception("The output was closed.");
