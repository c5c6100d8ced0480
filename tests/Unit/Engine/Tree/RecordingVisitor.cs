using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow.Tests.Unit.Engine.Tree;

/// <summary>Writes down what a walk tells it.</summary>
internal sealed class RecordingVisitor : ITreeVisitor
{
    public List<(PageReference Page, PageKind Kind, int Level)> Pages { get; } = [];

    public List<ExtentReference> Extents { get; } = [];

    public List<BucketRecord> Buckets { get; } = [];

    public ulong SumLeafCounts()
    {
        ulong sum = 0;
        foreach ((PageReference page, PageKind kind, _) in Pages)
        {
            if (kind == PageKind.Leaf) sum += page.Count;
        }

        return sum;
    }

    public void Page(in PageReference page, PageKind kind, int level) =>
        Pages.Add((page, kind, level));

    public void Extent(in ExtentReference extent) => Extents.Add(extent);

    public void Bucket(in BucketRecord bucket) => Buckets.Add(bucket);
}
