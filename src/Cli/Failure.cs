using KvCow.Cli.Output;

namespace KvCow.Cli;

/// <summary>Says what went wrong on standard error, and chooses the exit code.</summary>
internal static class Failure
{
    /// <summary>Reports the exception; returns the exit code for it.</summary>
    public static int Report(Exception failure)
    {
        int code = Classify(failure);
        if (failure is OutputClosedException) return code;
        string text = code switch
        {
            ExitCode.NotFound => Describe(failure),
            ExitCode.Interrupted => "kvcow: interrupted",
            ExitCode.Internal => $"kvcow: internal error: {failure}",
            _ => $"kvcow: {Describe(failure)}",
        };
        StandardStreams.Error.WriteLine(text);
        return code;
    }

    /// <summary>Reports a missing key; returns the exit code for it.</summary>
    public static int KeyNotFound()
    {
        StandardStreams.Error.WriteLine("Key not found");
        return ExitCode.NotFound;
    }

    // The advice of these messages is for programs: members to call, options to set.
    private static string Describe(Exception failure) => failure switch
    {
        BucketNotFoundException e => $"There is no bucket '{e.Bucket}'.",
        DatabaseLockedException { OwnerProcessId: int id } =>
            $"The file is in use by process {id}.",
        DatabaseLockedException => "The file is in use by another process.",
        _ => failure.Message,
    };

    private static int Classify(Exception failure) => failure switch
    {
        // The reader of the output has seen enough: nothing is wrong.
        OutputClosedException => ExitCode.Done,
        OperationCanceledException => ExitCode.Interrupted,
        UsageException or KeyTooLongException or ValueTooLongException => ExitCode.Usage,
        BucketNotFoundException => ExitCode.NotFound,
        BucketExistsException => ExitCode.Usage,
        CorruptPageException or UnsupportedFormatException or ExportFormatException =>
            ExitCode.Corrupt,
        RollbackOnlyException { InnerException: { } cause } => Classify(cause),
        DatabaseLockedException or DatabaseFailedException or DatabaseFullException
            or WriterTimeoutException or ReadOnlyDatabaseException => ExitCode.Unavailable,
        IOException or UnauthorizedAccessException => ExitCode.Unavailable,
        _ => ExitCode.Internal,
    };
}
