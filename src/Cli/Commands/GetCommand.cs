using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow get</c>: prints the value of a key, however large.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> raw = new("--raw") { Description = "Print no line feed after the value" };
        Command command = new("get", "Print the value of a key") { file, key, bucket, raw };
        command.Aliases.Add("lookup");
        command.SetWork((parsed, _) => Get(
            parsed.GetRequiredValue(file), parsed.BucketPathOf(bucket),
            parsed.GetRequiredValue(key).Bytes, parsed.GetValue(raw)));
        return command;
    }

    private static int Get(string file, BucketPath path, byte[] key, bool isRaw)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        using ReadTransaction tx = database.BeginRead();
        using Stream? value = path.OpenIn(tx).GetStream(key);
        if (value is null) return Failure.KeyNotFound();
        using OutputStream output = OutputStream.Standard();
        output.WriteFrom(value);
        if (!isRaw) output.Write("\n"u8);
        output.Flush();
        return ExitCode.Done;
    }
}
