using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Refuses to free a page twice. Two parents naming one child is damage that a CRC cannot show;
/// the child must not be handed out twice for it.
/// </summary>
internal static class DoubleFree
{
    public static CorruptPageException Exception(uint page) =>
        new(page, "it is referred to twice, or is both in use and free");

    /// <param name="freed">What a commit is about to free, normalized.</param>
    /// <param name="free">What is free already.</param>
    /// <param name="pageCount">Pages of the file.</param>
    public static void Refuse(List<PageRun> freed, FreeMap free, uint pageCount)
    {
        uint end = MetaPage.SlotCount;
        foreach (PageRun run in freed)
        {
            if (run.Start < end || run.End > pageCount || !free.IsAllUsed(run))
            {
                throw Exception(run.Start);
            }

            end = run.End;
        }
    }
}
