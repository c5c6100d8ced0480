// Money moves between accounts while readers add them all up: every snapshot has the right sum.
using System.Buffers.Binary;
using KvCow;

const int Accounts = 100;
const int Transfers = 200;
const int Readers = 4;

using Database database = Database.Open(args[0]);
database.Write(transaction =>
{
    WritableBucket accounts = transaction.OpenOrCreateBucket("accounts");
    for (int i = 0; i < Accounts; i++) accounts.Put(Number(i), Number(1000));
});

using CancellationTokenSource stop = new();
Task<long>[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Task.Run(CountSums))];
Random random = new(1);
for (int i = 0; i < Transfers; i++)
    await TransferAsync(random.Next(Accounts), random.Next(Accounts), random.Next(100));
await stop.CancelAsync();
long[] sums = await Task.WhenAll(readers);
Console.WriteLine($"{Transfers} transfers beside {Readers} readers");
Console.WriteLine($"each reader added up at least once: {sums.All(count => count > 0)}");

// No reader waits for the writer, and the writer for no reader.
long CountSums()
{
    long count = 0;
    do
    {
        using ReadTransaction snapshot = database.BeginRead();
        long sum = 0;
        foreach (EntryView account in snapshot.OpenBucket("accounts"))
            sum += BinaryPrimitives.ReadInt32BigEndian(account.Value);
        if (sum != Accounts * 1000)
            throw new InvalidDataException($"Commit {snapshot.Id} has a sum of {sum}.");
        count++;
    }
    while (!stop.IsCancellationRequested);
    return count;
}

ValueTask TransferAsync(int from, int to, int amount) => database.WriteAsync(transaction =>
{
    WritableBucket accounts = transaction.OpenBucket("accounts");
    Add(accounts, from, -amount);
    Add(accounts, to, amount);
    return ValueTask.CompletedTask;
});

static void Add(WritableBucket accounts, int account, int amount)
{
    // Every account was put at the start.
    int balance = BinaryPrimitives.ReadInt32BigEndian(accounts.Get(Number(account)));
    accounts.Put(Number(account), Number(balance + amount));
}

// Big-endian, so that the order of the bytes is the order of the numbers.
static byte[] Number(int value)
{
    byte[] bytes = new byte[sizeof(int)];
    BinaryPrimitives.WriteInt32BigEndian(bytes, value);
    return bytes;
}
