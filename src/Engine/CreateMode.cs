namespace KvCow;

/// <summary>What opening does about a file that exists or does not.</summary>
public enum CreateMode
{
    /// <summary>Open the file; create it if there is none.</summary>
    OpenOrCreate = 0,

    /// <summary>Open the file; <see cref="FileNotFoundException"/> if there is none.</summary>
    OpenExisting = 1,

    /// <summary>Create the file; <see cref="IOException"/> if there is one.</summary>
    CreateNew = 2,
}
