using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Demo;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow demo-child</c>: the process that the demo starts and kills.</summary>
internal static class DemoChildCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Command command = new("demo-child", "Commit numbered records without end")
        {
            file,
        };
        command.Hidden = true;
        command.SetWork((parsed, ct) => CrashChild.Run(parsed.GetRequiredValue(file), ct));
        return command;
    }
}
