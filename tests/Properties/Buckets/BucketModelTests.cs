using KvCow.Tests.Support;
using KvCow.Tests.Support.Buckets;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>The whole public API against sorted dictionaries.</summary>
public sealed class BucketModelTests
{
    private const int OperationsMin = 2000;

    [Theory, Seeds(count: 200)]
    public void Buckets_agree_with_sorted_dictionaries(int seed)
    {
        Random random = new(seed);
        int pageBytes = 4096 << random.Next(2);
        using TestDatabase test = TestDatabase.Create(pageBytes);
        ModelBucket committed = new();
        ReadTransaction? reader = null;
        ModelBucket? readerModel = null;
        for (int operations = 0; operations < OperationsMin;)
        {
            ModelBucket model = committed.Clone();
            using (WriteTransaction tx = test.Database.BeginWrite())
            {
                ModelRun run = new(random, tx, model, pageBytes);
                int steps = random.Next(1, 120);
                operations += steps;
                for (int step = 0; step < steps; step++) run.Step();
                run.Check();
                if (random.Next(4) != 0)
                {
                    tx.Commit();
                    committed = model;
                }
            }

            test.Database.Read(tx => ModelAgreement.Check(tx, committed));
            if (reader is not null) ModelAgreement.Check(reader, readerModel!);
            if (random.Next(3) == 0)
            {
                reader?.Dispose();
                reader = test.Database.BeginRead();
                readerModel = committed;
            }

            if (random.Next(5) == 0)
            {
                reader?.Dispose();
                reader = null;
                test.Reopen();
            }
        }

        reader?.Dispose();
    }
}
