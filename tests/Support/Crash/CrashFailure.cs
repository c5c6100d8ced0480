namespace KvCow.Tests.Support.Crash;

/// <summary>The oracle found a promise broken.</summary>
internal sealed class CrashFailure : Exception
{
    public CrashFailure(string message)
        : base(message)
    {
    }

    public CrashFailure(string message, Exception inner)
        : base(message, inner)
    {
    }
}
