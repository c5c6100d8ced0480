using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Checks the pages that one commit wrote: those born after the one before. A page's ancestors are
/// never older than it, so the walk stops at the first older page, and costs O(last commit).
/// </summary>
internal sealed class CommitCheck : SnapshotWalk
{
    private readonly bool _rewrite;
    private string? _problem;
    private PageId _problemPage;

    private CommitCheck(PageFile file, MetaPage meta, bool rewrite)
        : base(file, meta) => _rewrite = rewrite;

    protected override bool IsStopped => _problem is not null;

    /// <summary>Says which page of the commit is not as it was written; null if all are.</summary>
    /// <remarks>
    /// A checkpoint of the free list does not count: without it the free pages are found by
    /// walking. If it counted, a commit once accepted without its checkpoint (after a clean close
    /// of which only the meta page arrived) would be rejected at the next crash, and then no
    /// commit would be left: the one before it has been overwritten since.
    /// </remarks>
    public static (PageId Page, string Problem)? FindProblem(PageFile file, MetaPage meta)
    {
        if (file.Main.Length < meta.FileBytes)
        {
            return (new PageId((uint)(file.Main.Length / meta.PageBytes)),
                $"the file has {file.Main.Length} bytes, its meta page says {meta.FileBytes}");
        }

        CommitCheck check = new(file, meta, rewrite: false);
        check.Run();
        return check._problem is null ? null : (check._problemPage, check._problem);
    }

    /// <summary>
    /// Writes the commit's pages again, as they are: a system that failed a flush may believe them
    /// durable when they are not.
    /// </summary>
    public static void Rewrite(PageFile file, MetaPage meta)
    {
        new CommitCheck(file, meta, rewrite: true).Run();
        if (meta.Checkpoint.Birth > meta.PreviousId)
            FreeListCheckpoint.TryRead(file, meta, (id, page) => file.Write(id.Index, page));
    }

    protected override bool Wants(TransactionId birth) => birth > Meta.PreviousId;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        if (_rewrite) File.Write(visit.Reference.Id.Index, page);
        return true;
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page)
    {
        if (_rewrite) File.Write(id.Index, page);
    }

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem)
    {
        _problem ??= problem;
        _problemPage = id;
    }
}
