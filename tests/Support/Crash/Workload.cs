namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Makes one transaction's worth of random changes, alike in a database and in a model.
/// </summary>
internal delegate void Workload(WriteTransaction tx, ModelBucket model, Random random);
