using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Does again in a transaction what records of the redo log tell. The layer above implements it,
/// which wrote the records; the engine does not know their words.
/// </summary>
internal interface IRedoReplay
{
    /// <exception cref="CorruptPageException">The record makes no sense.</exception>
    void Apply(ReadOnlySpan<byte> record);

    /// <summary>The catalog's root after all records.</summary>
    PageReference Finish();
}
