// Orders of customers: a bucket for each customer, nested in one for all, beside a stock of goods.
using System.Globalization;
using System.Text;
using KvCow;

using Database database = Database.Open(args[0]);

database.Write(transaction =>
{
    WritableBucket stock = transaction.OpenOrCreateBucket("stock");
    stock.Put("apple"u8, "100"u8);
    stock.Put("pear"u8, "20"u8);
});

Order("ada", "apple", 30);
Order("ada", "pear", 5);
Order("grace", "apple", 70);
try
{
    Order("grace", "apple", 1);
}
catch (InvalidOperationException e)
{
    // The work threw, so its transaction was rolled back: neither stock nor order has changed.
    Console.WriteLine(e.Message);
}

using ReadTransaction snapshot = database.BeginRead();
Bucket customers = snapshot.OpenBucket("customers");
foreach (string customer in customers.ListBucketNames())
{
    foreach ((ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) in customers.OpenBucket(customer))
        Console.WriteLine($"{customer} {Text(key)}: {Text(value)}");
}

Console.WriteLine($"apples left: {Text(snapshot.OpenBucket("stock").Get("apple"u8))}");

void Order(string customer, string goods, int pieces) => database.Write(transaction =>
{
    WritableBucket stock = transaction.OpenBucket("stock");
    byte[] key = Encoding.UTF8.GetBytes(goods);
    int left = int.Parse(Text(stock.Get(key)), CultureInfo.InvariantCulture) - pieces;
    if (left < 0) throw new InvalidOperationException($"There are not {pieces} {goods}s left.");
    stock.Put(key, Bytes($"{left}"));

    WritableBucket orders =
        transaction.OpenOrCreateBucket("customers").OpenOrCreateBucket(customer);
    orders.Put(Bytes($"{orders.NextSequence():D8}"), Bytes($"{pieces} {goods}"));
});

static byte[] Bytes(FormattableString text) =>
    Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));

static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
