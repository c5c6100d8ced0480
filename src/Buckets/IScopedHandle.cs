namespace KvCow;

/// <summary>Something handed out that keeps pages pinned, and lets go of them when told.</summary>
internal interface IScopedHandle
{
    /// <summary>Gives the pins back; uses from here on throw. Called once or more.</summary>
    void Release();
}
