namespace KvCow.Tests.Support.Buckets;

/// <summary>
/// A random history of a database through its whole public API, against sorted dictionaries: write
/// transactions that commit or do not, a snapshot kept, closes and reopenings.
/// </summary>
internal static class ModelHistory
{
    /// <returns>How many operations were made.</returns>
    public static int Run(int seed, int operationsMin)
    {
        Random random = new(seed);
        int pageBytes = 4096 << random.Next(2);
        using TestDatabase test = TestDatabase.Create(pageBytes);
        ModelBucket committed = new();
        ReadTransaction? reader = null;
        ModelBucket? readerModel = null;
        int operations = 0;
        while (operations < operationsMin)
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
        return operations;
    }
}
