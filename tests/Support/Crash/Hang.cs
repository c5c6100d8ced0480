namespace KvCow.Tests.Support.Crash;

/// <summary>How long to wait for what comes at once: only a hang lasts so long.</summary>
internal static class Hang
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
}
