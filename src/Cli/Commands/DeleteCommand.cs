using System.CommandLine;
using KvCow.Cli.Arguments;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow delete</c>: deletes the entry of a key.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Command command = new("delete", """
            Delete a key and its value

            Examples:
              kvcow delete shop.kvcow apple --bucket stock/fruit
            """) { file, key, bucket };
        command.Aliases.Add("rm");
        command.Aliases.Add("remove");
        command.SetWork((parsed, ct) => Delete(
            parsed.GetRequiredValue(file), parsed.BucketPathOf(bucket),
            parsed.GetRequiredValue(key).Bytes, ct));
        return command;
    }

    private static int Delete(string file, BucketPath bucket, byte[] key, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToChange(file);
        using WriteTransaction tx = database.BeginWrite(ct);
        if (!bucket.OpenIn(tx).Delete(key)) return Failure.KeyNotFound();
        tx.Commit();
        return ExitCode.Done;
    }
}
