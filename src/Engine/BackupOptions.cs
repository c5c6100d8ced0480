namespace KvCow;

/// <summary>How a backup or a restore makes its file. The defaults are meant for use.</summary>
public sealed record BackupOptions
{
    /// <summary>How the pages are laid out. A restore takes the file as it is.</summary>
    public BackupMode Mode { get; init; } = BackupMode.Compacted;

    /// <summary>
    /// Replaces a file of the target's name, at once and as a whole, when the new one is durable.
    /// Refused while anybody has that file open. False by default: an existing file is an error.
    /// </summary>
    public bool Overwrite { get; init; }
}
