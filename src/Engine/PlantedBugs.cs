namespace KvCow.Engine;

/// <summary>
/// Bugs that the tests must catch. In the shipped engine each is the constant false, so the
/// compiler leaves nothing of it; the test build (<c>tests/Mutants</c>) turns them into switches.
/// </summary>
internal static class PlantedBugs
{
#if PLANTED_BUGS
    public static bool SkipCommitFlush { get; set; }
    public static bool ReuseFreedPagesAtOnce { get; set; }
    public static bool IgnoreOpenReaders { get; set; }
    public static bool SkipParentCrc { get; set; }
    public static bool ForgetFreedPages { get; set; }
    public static bool PublishBeforeFlush { get; set; }
    public static bool SkipPendingFlush { get; set; }
    public static bool AlwaysWriteSlotZero { get; set; }
    public static bool SkipRecoveryCheck { get; set; }
    public static bool KeepRejectedSlot { get; set; }
    public static bool KeepTornSlot { get; set; }
    public static bool ForgetInlineDeltas { get; set; }
    public static bool ForgetFailure { get; set; }
    public static bool LeakOnRollback { get; set; }
    public static bool SkipExtentCheck { get; set; }
    public static bool SkipDirectoryFlush { get; set; }
    public static bool SkipNameFlush { get; set; }
    public static bool TrustEveryMetaPage { get; set; }
    public static bool SkipRewrite { get; set; }
    public static bool ForgetGrowth { get; set; }
    public static bool ForgetOldCheckpoint { get; set; }
    public static bool ReleaseTooEarly { get; set; }
    public static bool LeakMovedExtent { get; set; }
    public static bool KeepMovedReference { get; set; }
    public static bool LeakPackedLeaf { get; set; }
    public static bool KeepSharedSeparator { get; set; }
    public static bool ForgetCompactionRetry { get; set; }
    public static bool IgnoreReadersOfSuperseded { get; set; }
    public static bool WriteDroppedPages { get; set; }
    public static bool ForgetUnwrittenPages { get; set; }
    public static bool ReuseBeforeDurable { get; set; }
    public static bool CheckNewestOnly { get; set; }
    public static bool ForgetDeferredDeltas { get; set; }
    public static bool KeepPlacesOfSavepoint { get; set; }
    public static bool KeepFreedOfSavepoint { get; set; }
    public static bool ForgetSpilledPlace { get; set; }
    public static bool ForgetSpilledCrc { get; set; }
    public static bool SkipBackupFlush { get; set; }
    public static bool SkipRestoreCheck { get; set; }
    public static bool SkipRedoFlush { get; set; }
    public static bool ReleaseRedoEarly { get; set; }
    public static bool NameOldRedoStart { get; set; }
    public static bool KeepRedoPages { get; set; }
    public static bool SameRedoTag { get; set; }
    public static bool ForgetRedoLog { get; set; }
    public static bool OverwriteRedoLog { get; set; }
    public static bool ForgetRedoneDelete { get; set; }
    public static bool KeepUndoneRedo { get; set; }
    public static bool KeepFailedPart { get; set; }
    public static bool KeepLock { get; set; }
#else
    public const bool SkipCommitFlush = false;
    public const bool ReuseFreedPagesAtOnce = false;
    public const bool IgnoreOpenReaders = false;
    public const bool SkipParentCrc = false;
    public const bool ForgetFreedPages = false;
    public const bool PublishBeforeFlush = false;
    public const bool SkipPendingFlush = false;
    public const bool AlwaysWriteSlotZero = false;
    public const bool SkipRecoveryCheck = false;
    public const bool KeepRejectedSlot = false;
    public const bool KeepTornSlot = false;
    public const bool ForgetInlineDeltas = false;
    public const bool ForgetFailure = false;
    public const bool LeakOnRollback = false;
    public const bool SkipExtentCheck = false;
    public const bool SkipDirectoryFlush = false;
    public const bool SkipNameFlush = false;
    public const bool TrustEveryMetaPage = false;
    public const bool SkipRewrite = false;
    public const bool ForgetGrowth = false;
    public const bool ForgetOldCheckpoint = false;
    public const bool ReleaseTooEarly = false;
    public const bool LeakMovedExtent = false;
    public const bool KeepMovedReference = false;
    public const bool LeakPackedLeaf = false;
    public const bool KeepSharedSeparator = false;
    public const bool ForgetCompactionRetry = false;
    public const bool IgnoreReadersOfSuperseded = false;
    public const bool WriteDroppedPages = false;
    public const bool ForgetUnwrittenPages = false;
    public const bool ReuseBeforeDurable = false;
    public const bool CheckNewestOnly = false;
    public const bool ForgetDeferredDeltas = false;
    public const bool KeepPlacesOfSavepoint = false;
    public const bool KeepFreedOfSavepoint = false;
    public const bool ForgetSpilledPlace = false;
    public const bool ForgetSpilledCrc = false;
    public const bool SkipBackupFlush = false;
    public const bool SkipRestoreCheck = false;
    public const bool SkipRedoFlush = false;
    public const bool ReleaseRedoEarly = false;
    public const bool NameOldRedoStart = false;
    public const bool KeepRedoPages = false;
    public const bool SameRedoTag = false;
    public const bool ForgetRedoLog = false;
    public const bool OverwriteRedoLog = false;
    public const bool ForgetRedoneDelete = false;
    public const bool KeepUndoneRedo = false;
    public const bool KeepFailedPart = false;
    public const bool KeepLock = false;
#endif
}
