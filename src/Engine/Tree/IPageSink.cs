using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Takes the pages of a tree that is built bottom-up, each at its final place.</summary>
internal interface IPageSink
{
    int PageBytes { get; }

    /// <summary>Id of the page appended next.</summary>
    PageId Next { get; }

    /// <summary>Takes a sealed page whose header names <see cref="Next"/>.</summary>
    void Append(ReadOnlySpan<byte> page);
}
