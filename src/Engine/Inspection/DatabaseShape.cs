namespace KvCow;

/// <summary>
/// How a database lies in its file: the shape of each tree, the use of each page.
/// </summary>
/// <param name="TransactionId">Number of the commit that was looked at.</param>
/// <param name="PageBytes">Size of a page in bytes.</param>
/// <param name="Trees">Those that are not empty, each bucket's before those nested in it.</param>
/// <param name="Pages">One for each page of the file, in order.</param>
/// <param name="Problems">Damage met on the way; what lies below it is missing here.</param>
public sealed record DatabaseShape(
    ulong TransactionId,
    int PageBytes,
    IReadOnlyList<TreeShape> Trees,
    ReadOnlyMemory<PageUse> Pages,
    IReadOnlyList<VerifyFinding> Problems);
