using System.Globalization;

namespace KvCow.Cli.Output;

/// <summary>Tells what a backup or a restore has made.</summary>
internal static class BackupSummary
{
    /// <param name="report">What was made.</param>
    /// <param name="isJson">
    /// As an object on standard output, else as a line on standard error.
    /// </param>
    public static void Print(BackupReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(("commit", report.TransactionId), ("pages", report.PageCount),
                ("bytes", report.FileBytes));
            return;
        }

        StandardStreams.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"commit {report.TransactionId}: {report.PageCount} pages, {report.FileBytes} bytes"));
    }
}
