using System.Globalization;
using KvCow;
using KvCow.Tests.Crash.Child;

// Commits records after the last one there is, and says the number of each when its commit has
// returned, until it is killed or has committed as many as asked for.
// Arguments: path of the database, how many records; or "race", to open it when told.
using Stream output = Console.OpenStandardOutput();
if (args[1] == "race")
{
    using Stream input = Console.OpenStandardInput();
    OpenRacer.Run(args[0], input, output);
    return;
}

int count = int.Parse(args[1], CultureInfo.InvariantCulture);
using Database database = Database.Open(args[0], new DatabaseOptions { CacheBytes = 4 << 20 });
int number = database.Read(static tx => (int)(tx.TryOpenBucket(Records.Bucket)?.Count ?? 0));
for (int left = count; left > 0; left--)
{
    number++;
    database.Write(tx =>
        tx.OpenOrCreateBucket(Records.Bucket).Put(Records.Key(number), Records.Value(number)));
    output.Write(Records.Key(number));
    output.Flush();
}
