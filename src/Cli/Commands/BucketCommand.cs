using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow bucket create|delete|rename|move</c>.</summary>
internal static class BucketCommand
{
    public static Command Create() => new("bucket", "Create, delete, rename and move buckets")
    {
        CreateBucket(),
        DeleteBucket(),
        RenameBucket(),
        MoveBucket(),
    };

    private static Command CreateBucket()
    {
        Argument<string> file = CommonArguments.File();
        Argument<BucketPath> path = CommonArguments.Path("PATH", "The new bucket, as a/b");
        Option<bool> json = CommonArguments.Json();
        Command command = new("create", """
            Create a bucket, and those above it that are missing; the file too

            Examples:
              kvcow bucket create shop.kvcow stock/fruit
            """)
        {
            file, path, json,
        };
        command.SetWork((parsed, ct) =>
            DatabaseFile.Fill(parsed.GetRequiredValue(file), null, database =>
            {
                using WriteTransaction tx = database.BeginWrite(ct);
                BucketPath created = parsed.GetRequiredValue(path);
                created.CreateIn(tx);
                tx.Commit();
                if (parsed.GetValue(json))
                    JsonOutput.Write(("created", true), ("bucket", created.ToString()));
                return ExitCode.Done;
            }));
        return command;
    }

    private static Command DeleteBucket()
    {
        Argument<string> file = CommonArguments.File();
        Argument<BucketPath> path = CommonArguments.Path("PATH", "The bucket, as a/b");
        Option<bool> json = CommonArguments.Json();
        Command command = new("delete", """
            Delete a bucket with all that is in it

            Examples:
              kvcow bucket delete shop.kvcow stock/fruit
            """)
        {
            file, path, json,
        };
        command.Aliases.Add("rm");
        command.SetWork((parsed, ct) =>
        {
            using Database database = DatabaseFile.OpenToChange(parsed.GetRequiredValue(file));
            using WriteTransaction tx = database.BeginWrite(ct);
            BucketPath deleted = parsed.GetRequiredValue(path);
            deleted.DeleteIn(tx);
            tx.Commit();
            if (parsed.GetValue(json))
                JsonOutput.Write(("deleted", true), ("bucket", deleted.ToString()));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command RenameBucket()
    {
        Argument<string> file = CommonArguments.File();
        Argument<BucketPath> path = CommonArguments.Path("PATH", "The bucket, as a/b");
        Argument<ByteLiteral> name = new("NAME")
        {
            Description = "Its new name, in the same place",
            CustomParser = ByteLiteral.Parse,
        };
        Option<bool> json = CommonArguments.Json();
        Command command = new("rename", """
            Give a bucket another name

            Examples:
              kvcow bucket rename shop.kvcow stock/fruit vegetables
            """)
        {
            file, path, name, json,
        };
        command.SetWork((parsed, ct) =>
        {
            BucketPath from = parsed.GetRequiredValue(path);
            return Move(parsed.GetRequiredValue(file), from,
                from.WithName(parsed.GetRequiredValue(name).Bytes), parsed.GetValue(json), ct);
        });
        return command;
    }

    private static Command MoveBucket()
    {
        Argument<string> file = CommonArguments.File();
        Argument<BucketPath> path = CommonArguments.Path("PATH", "The bucket, as a/b");
        Argument<BucketPath> target = CommonArguments.Path(
            "TARGET", "Its new path; what it is nested in must exist");
        Option<bool> json = CommonArguments.Json();
        Command command = new("move", """
            Move a bucket with all that is in it

            Examples:
              kvcow bucket move shop.kvcow stock/fruit archive/fruit
            """)
        {
            file, path, target, json,
        };
        command.Aliases.Add("mv");
        command.SetWork((parsed, ct) => Move(parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(path), parsed.GetRequiredValue(target),
            parsed.GetValue(json), ct));
        return command;
    }

    private static int Move(
        string file, BucketPath from, BucketPath to, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToChange(file);
        using WriteTransaction tx = database.BeginWrite(ct);
        from.MoveIn(tx, to);
        tx.Commit();
        if (isJson)
        {
            JsonOutput.Write(
                ("moved", true), ("from", from.ToString()), ("to", to.ToString()));
        }

        return ExitCode.Done;
    }
}
