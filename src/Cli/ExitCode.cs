namespace KvCow.Cli;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int NotFound = 1;
    public const int Usage = 2;

    /// <summary>Damaged bytes, or a file that is no database.</summary>
    public const int Corrupt = 3;

    /// <summary>Locked by another process, or the system failed to read or write.</summary>
    public const int Unavailable = 4;

    /// <summary>A fault of this program; the number <c>sysexits.h</c> has for it.</summary>
    public const int Internal = 70;

    /// <summary>Ctrl-C: 128 and the number of SIGINT, as shells report it.</summary>
    public const int Interrupted = 130;
}
