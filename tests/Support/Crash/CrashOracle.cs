using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Opens what a crash left and holds it against the promises: the content is that of the last
/// acknowledged commit or of the one in flight; reachable, free and meta pages are all pages, each
/// once; the next three commits work and survive.
/// </summary>
internal sealed class CrashOracle(CrashPlan plan, Random random)
{
    private const int FurtherCommits = 3;

    private static readonly byte[] FurtherBucket = [0xFF, 0xFF, (byte)'f'];

    /// <summary>States opened and checked so far, nested ones included.</summary>
    public int StateCount { get; private set; }

    public void Check(SimulatedDisk disk, Expectation expected)
    {
        try
        {
            plan.Damage?.Invoke(disk, random);
            CheckState(disk, expected);
        }
        catch (Exception failure) when (failure is not CrashFailure)
        {
            throw new CrashFailure($"state {StateCount}: {failure.Message}", failure);
        }
    }

    private void CheckState(SimulatedDisk disk, Expectation expected)
    {
        int number = StateCount++;
        bool further = number % plan.FurtherCommitsEvery == 0;
        CrashPoints? nested = plan.NestedStatesPerPoint == 0 ? null : WatchNested(disk, expected);

        ModelBucket content;
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
        {
            content = expected.Identify(database);
            // What was shown once must not vanish any more.
            if (nested is not null) nested.Expected = new Expectation(content);
            AssertSound(database);
            if (further) content = CommitFurther(database, content, nested);
        }

        nested?.Stop();
        if (!further) return;
        using Database again = Database.Open(disk.OpenStorage(), plan.Options);
        new Expectation(content).Identify(again);
        AssertSound(again);
    }

    private CrashPoints WatchNested(SimulatedDisk disk, Expectation expected)
    {
        CrashPlan plain = plan with { NestedStatesPerPoint = 0, Damage = null };
        CrashOracle oracle = new(plain, random);
        CrashPoints points = new(disk, random, plan.NestedStatesPerPoint)
        {
            Expected = expected,
            Check = (state, expectation) =>
            {
                oracle.Check(state, expectation);
                StateCount++;
            },
        };
        points.Start();
        return points;
    }

    private ModelBucket CommitFurther(Database database, ModelBucket content, CrashPoints? nested)
    {
        for (int i = 0; i < FurtherCommits; i++)
        {
            ModelBucket next = content.Clone();
            using (WriteTransaction tx = database.BeginWrite())
            {
                byte[] key = [(byte)random.Next(256), (byte)i];
                byte[] value = Keys.NextValue(random, 0, 3000);
                tx.OpenOrCreateBucket(FurtherBucket).Put(key, value);
                next.Buckets.TryAdd(FurtherBucket, new ModelBucket());
                next.Buckets[FurtherBucket].Entries[key] = value;
                if (nested is not null) nested.Expected = new Expectation(content, next);
                tx.Commit();
            }

            content = next;
            if (nested is not null) nested.Expected = new Expectation(content);
            new Expectation(content).Identify(database);
            AssertSound(database);
        }

        return content;
    }

    public static void AssertSound(Database database)
    {
        VerifyReport report = database.Verify();
        if (!report.IsSound) throw new CrashFailure($"not sound: {report.Findings[0]}");
    }
}
