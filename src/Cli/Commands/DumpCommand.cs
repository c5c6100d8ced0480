using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Dump;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow dump</c>: prints buckets as <c>mdb_dump</c> and <c>db_dump</c> do.</summary>
internal static class DumpCommand
{
    // What a header tells LMDB to reserve: its trees are about half full after a load.
    private const int RoomFactor = 4;
    private const long RoomMin = 1 << 20;

    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<BucketPath> bucket = new("--bucket", "-b")
        {
            Description = "Only this bucket, without those nested in it",
            HelpName = "PATH",
            CustomParser = BucketPath.Parse,
        };
        Option<bool> print = new("--print", "-p")
        {
            Description = "Printable characters as they are, not in hex",
        };
        Option<bool> berkeley = new("--berkeley")
        {
            Description = "For Berkeley DB's db_load: without the sizes that only LMDB takes",
        };
        Command command = new("dump", """
            Print all buckets in the text form of mdb_dump and db_dump

            Examples:
              kvcow dump shop.kvcow > shop.dump
              kvcow dump shop.kvcow --bucket orders | mdb_load lmdb-folder
              kvcow dump shop.kvcow --berkeley | db_load shop.db
            """)
        {
            file, bucket, print, berkeley,
        };
        command.SetWork((parsed, ct) =>
        {
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            long? room = parsed.GetValue(berkeley)
                ? null
                : Math.Max(RoomMin, database.GetStatistics().FileBytes * RoomFactor);
            List<(string Path, Bucket Bucket)> buckets =
                [.. PathsOf(database, tx, parsed.GetValue(bucket), ct)
                    .Select(path => (path.ToString(), path.OpenIn(tx)))];
            using OutputStream output = OutputStream.Standard();
            return Terminal.BesideOutput().ShowProgress(
                "Dumping", Math.Max(1, buckets.Sum(one => one.Bucket.Count)), show =>
            {
                long before = 0;
                foreach ((string path, Bucket one) in buckets)
                {
                    long start = before;
                    Dump(one, path, parsed.GetValue(print), room, output,
                        done => show(start + done), ct);
                    before += one.Count;
                }

                return ExitCode.Done;
            });
        });
        return command;
    }

    private static IEnumerable<BucketPath> PathsOf(
        Database database, ReadTransaction tx, BucketPath? only, CancellationToken ct) =>
        only is not null
            ? [only]
            : BucketTree.Read(database, tx, ct).Select(line => BucketPath.Parse(line.Path));

    private static void Dump(Bucket bucket, string path, bool isPrint, long? room,
        OutputStream output, Action<double> report, CancellationToken ct)
    {
        output.WriteText(string.Create(CultureInfo.InvariantCulture, $"""
            VERSION=3
            format={(isPrint ? "print" : "bytevalue")}
            database={path}
            type=btree
            {RoomLines(room)}db_pagesize=4096
            HEADER=END

            """));
        long written = 0;
        foreach (EntryView entry in bucket)
        {
            if (++written % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
                report(written);
            }

            DumpText.Write(entry.Key, isPrint, output);
            DumpText.Write(entry.Value, isPrint, output);
        }

        output.WriteText("DATA=END\n");
    }

    private static string RoomLines(long? room) => room is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"mapsize={room}\nmaxreaders=126\n");
}
