using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// A frame for a page that a commit is about to write: nobody else sees it until it is installed.
/// </summary>
internal readonly record struct WriteFrame(
    PageId Id, TransactionId Birth, PageBuffer Buffer, int Frame);
