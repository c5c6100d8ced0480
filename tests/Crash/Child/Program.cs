using System.Globalization;
using KvCow;
using KvCow.Tests.Crash.Child;

// Commits records after the last one there is, and says the number of each when its commit has
// returned, until it is killed or has committed as many as asked for.
// Arguments: path of the database, how many records; or what else to do: "race", to open it when
// told; "fill", to fill the disk and empty it; "check", to say how many records there are; "many",
// to commit to several databases.
// Exit codes: 0 done, 4 a write or flush failed and the commit said so.
using Stream output = Console.OpenStandardOutput();
switch (args[1])
{
    case "race":
        using (Stream input = Console.OpenStandardInput()) OpenRacer.Run(args[0], input, output);
        return 0;
    case "many":
        ManyWriters.Run(args[0], int.Parse(args[2], CultureInfo.InvariantCulture), output);
        return 0;
    case "fill":
        return DiskFiller.Run(args[0], int.Parse(args[2], CultureInfo.InvariantCulture));
    case "check":
        Console.WriteLine(RecordCheck.Run(args[0]));
        return 0;
}

try
{
    int count = int.Parse(args[1], CultureInfo.InvariantCulture);
    using Database database = Database.Open(args[0], Records.Options);
    int number = Records.CountIn(database);
    for (int left = count; left > 0; left--)
    {
        number++;
        database.Write(tx => Records.Commit(tx, number));
        output.Write(Records.Key(number));
        output.Flush();
    }

    return 0;
}
catch (Exception told) when (told is DatabaseFailedException or IOException)
{
    Console.Error.WriteLine(told.Message);
    return 4;
}
