using System.Globalization;

namespace KvCow.Cli.Output;

/// <summary>Numbers for programs to read: digits only, one a line.</summary>
internal static class Numbers
{
    public static void WriteNumber(this TextWriter output, long number) =>
        output.WriteLine(number.ToString(CultureInfo.InvariantCulture));
}
