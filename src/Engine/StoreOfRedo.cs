using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <content>What opening does again.</content>
internal sealed partial class Store
{
    /// <summary>
    /// Brings the trees up to the last commit that the redo log tells, as one commit with its
    /// number. After a failure the file is as it was.
    /// </summary>
    private void Replay(Recovered recovered, Func<PageTransaction, IRedoReplay>? begin)
    {
        RedoTail redo = recovered.Redo;
        if (redo.Last == recovered.Meta.Id) return;
        try
        {
            ArgumentNullException.ThrowIfNull(begin);
            _turn.Enter(_parts.Options.WriterTimeout, default);
            using PageTransaction transaction = new(_parts, _turn, _queue, redo.Last);
            PageReference root = Redo(recovered, begin(transaction));
            if (_parts.Options.ReadOnly) transaction.ShowRedone(root);
            else transaction.Commit(root, _parts.Options.Durability == Durability.Paranoid
                ? Durability.Paranoid
                : Durability.Full);
            _parts.Space.ReleaseRedo(redo.Pages.ToRuns());
        }
        catch
        {
            // No clean close, which would take the log for done.
            _parts.Unwritten.Abandon();
            _parts.Cache.Dispose();
            _parts.Options.Budget?.Leave(_parts.Cache);
            throw;
        }
    }

    private static PageReference Redo(Recovered recovered, IRedoReplay replay)
    {
        RedoReader reader = new(recovered.File, recovered.Meta);
        while (reader.Last < recovered.Redo.Last && reader.MoveNext())
        {
            foreach (ReadOnlyMemory<byte> record in reader.Records) replay.Apply(record.Span);
        }

        return replay.Finish();
    }
}
