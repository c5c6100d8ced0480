using System.Globalization;
using KvCow.Cli.Output;

namespace KvCow.Cli.Demo;

/// <summary>
/// The process that is killed: commits without end, and prints the number of each commit once that
/// is durable.
/// </summary>
internal static class CrashChild
{
    public static int Run(string file, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenOrCreate(file);
        using OutputStream output = OutputStream.Standard();
        long number = database.Read(NumberedCommits.ReadLast);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            number++;
            database.Write(tx => NumberedCommits.Write(tx, number));
            output.WriteText(number.ToString(CultureInfo.InvariantCulture) + "\n");
            output.Flush(); // Throws when the parent is gone, which ends this process too.
        }
    }
}
