namespace KvCow.Cli.Demo;

/// <summary>What the demo is asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Generated pairs.</summary>
    public required long Count { get; init; }

    /// <summary>Memory budget of the database for cached and changed pages.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Threads that read beside the writer.</summary>
    public required int Readers { get; init; }

    /// <summary>Leaves the files for a look at them.</summary>
    public required bool Keep { get; init; }

    /// <summary>Where the demo makes its own folder.</summary>
    public required string ParentFolder { get; init; }
}
