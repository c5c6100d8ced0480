namespace KvCow.Engine;

/// <summary>
/// As <see cref="PlantedBugs"/>, but bugs that only some orders of events show: the schedules of
/// <c>tests/Schedules</c> must catch each.
/// </summary>
internal static class PlantedRaces
{
#if PLANTED_BUGS
    public static bool SkipPinRecheck { get; set; }
    public static bool StopAtFirstReader { get; set; }
    public static bool SkipEpochWait { get; set; }
    public static bool ReusePinnedFrames { get; set; }
    public static bool ReuseHeldFrames { get; set; }
    public static bool SkipSecondLook { get; set; }
    public static bool DropLeaderHandOver { get; set; }
    public static bool KeepCancelledPlace { get; set; }
    public static bool DropTurnOfFailedWait { get; set; }
    public static bool SkipLookAfterBegin { get; set; }
    public static bool SkipDrain { get; set; }
    public static bool ClaimBesidePages { get; set; }
    public static bool ReclaimShownPages { get; set; }
    public static bool PublishOutsideStructure { get; set; }
    public static bool SkipLookAfterBatch { get; set; }
#else
    public const bool SkipPinRecheck = false;
    public const bool StopAtFirstReader = false;
    public const bool SkipEpochWait = false;
    public const bool ReusePinnedFrames = false;
    public const bool ReuseHeldFrames = false;
    public const bool SkipSecondLook = false;
    public const bool DropLeaderHandOver = false;
    public const bool KeepCancelledPlace = false;
    public const bool DropTurnOfFailedWait = false;
    public const bool SkipLookAfterBegin = false;
    public const bool SkipDrain = false;
    public const bool ClaimBesidePages = false;
    public const bool ReclaimShownPages = false;
    public const bool PublishOutsideStructure = false;
    public const bool SkipLookAfterBatch = false;
#endif
}
