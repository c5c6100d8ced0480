using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Does again in the new database what the redo log tells behind a commit.</summary>
internal static class SalvageRedo
{
    /// <summary>Returns the last commit that was done again.</summary>
    public static TransactionId Run(
        DamagedFile damaged, SalvageTarget target, SalvageLosses losses, SalvagePace pace)
    {
        if (damaged.Redo.Last == damaged.Meta.Id) return damaged.Meta.Id;
        RedoReader reader = new(damaged.File, damaged.Meta);
        TransactionId last = damaged.Meta.Id;
        while (reader.Last < damaged.Redo.Last)
        {
            PageId page = reader.End;
            if (!reader.MoveNext()) return last;
            foreach (ReadOnlyMemory<byte> record in reader.Records)
            {
                pace.Look();
                if (target.Redo(record.Span, losses) is { } problem)
                {
                    losses.Add(null, Unknown(page, problem));
                    return last;
                }

                last = last.Next;
            }
        }

        return last;
    }

    /// <summary>From some page of the log on, nobody knows what was done, or where.</summary>
    public static SalvageLoss Unknown(PageId page, string problem) =>
        new(null, true, null, null, 0, page.Index, problem);
}
