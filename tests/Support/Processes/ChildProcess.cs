using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using KvCow.Tests.Crash.Child;

namespace KvCow.Tests.Crash;

/// <summary>A process that commits records until it is killed, and what it acknowledged.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const string Tracer = "/usr/bin/strace";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Whether processes can be killed at an exact system call here.</summary>
    public static bool CanKillAtCalls => OperatingSystem.IsLinux() && File.Exists(Tracer);

    public static ChildProcess Start(string path) => new(Start(DotNet, Arguments(path)));

    /// <summary>Starts one that opens the database each time it is told to.</summary>
    public static ChildProcess StartRacer(string path) =>
        new(Start(DotNet, [.. Arguments(path)[..^1], "race"]));

    public int Id => _process.Id;

    /// <summary>Tells a racer to open, or to close what it has opened.</summary>
    public void Tell(int milliseconds)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, milliseconds);
        Stream input = _process.StandardInput.BaseStream;
        input.Write(number);
        input.Flush();
    }

    /// <summary>What a racer says: its own id, or that of another owner, negative.</summary>
    public int Listen()
    {
        byte[] number = new byte[4];
        _process.StandardOutput.BaseStream.ReadExactly(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }

    /// <summary>Starts one that dies at its n-th call of that name.</summary>
    public static ChildProcess StartToDieAt(string path, string call, int number)
    {
        string kill = string.Create(
            CultureInfo.InvariantCulture, $"inject={call}:signal=SIGKILL:when={number}");
        return new(Start(Tracer,
        [
            "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", kill,
            DotNet, .. Arguments(path),
        ]));
    }

    /// <summary>
    /// Reads that many acknowledgements, fewer if it ends; returns the last or 0.
    /// </summary>
    public int ReadAcknowledged(int countMax)
    {
        int last = 0;
        byte[] number = new byte[4];
        Stream output = _process.StandardOutput.BaseStream;
        for (int i = 0; i < countMax; i++)
        {
            if (output.ReadAtLeast(number, 4, throwOnEndOfStream: false) < 4) break;
            last = BinaryPrimitives.ReadInt32BigEndian(number);
        }

        return last;
    }

    /// <summary>Kills it as it is, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void WaitForEnd() => _process.WaitForExit();

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static string DotNet => Environment.ProcessPath is { } own
        && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";

    private static string[] Arguments(string path) =>
        ["exec", typeof(Records).Assembly.Location, path, "1000000"];

    private static Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException("No process.");
    }
}
