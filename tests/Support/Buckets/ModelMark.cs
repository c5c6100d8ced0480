namespace KvCow.Tests.Support.Buckets;

/// <summary>The model of a run, and the handles open, at a savepoint.</summary>
internal sealed record ModelMark(
    ModelImage Image, IReadOnlyList<(WritableBucket Handle, ModelBucket Model)> Open);
