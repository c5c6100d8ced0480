using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow delete</c>: deletes the entry of a key.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> json = CommonArguments.Json();
        Command command = new("delete", """
            Delete a key and its value

            Examples:
              kvcow delete shop.kvcow apple --bucket stock/fruit
            """) { file, key, bucket, json };
        command.Aliases.Add("rm");
        command.Aliases.Add("remove");
        command.SetWork((parsed, ct) => Delete(
            parsed.GetRequiredValue(file), parsed.BucketPathOf(bucket),
            parsed.GetRequiredValue(key).Bytes, parsed.GetValue(json), ct));
        return command;
    }

    private static int Delete(
        string file, BucketPath bucket, byte[] key, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToChange(file);
        using WriteTransaction tx = database.BeginWrite(ct);
        bool isFound = bucket.OpenIn(tx).Delete(key);
        if (isFound) tx.Commit();
        if (isJson) JsonOutput.Write(("deleted", isFound));
        if (!isFound) return Failure.KeyNotFound();
        return ExitCode.Done;
    }
}
