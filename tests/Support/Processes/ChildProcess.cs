using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using KvCow.Tests.Crash.Child;

namespace KvCow.Tests.Support.Processes;

/// <summary>A process that commits records until it is killed, and what it acknowledged.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Injects faults into the system calls of a process.</summary>
    public const string Tracer = "/usr/bin/strace";

    /// <summary>Records until it is killed, in effect.</summary>
    private const string Endless = "1000000";

    /// <summary>Records of one that meets its fault by then, or does not.</summary>
    public const int ShortCount = 60;

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Whether processes can be killed at an exact system call here.</summary>
    public static bool CanKillAtCalls => OperatingSystem.IsLinux() && File.Exists(Tracer);

    public static ChildProcess Start(string path) => new(Start([.. Command, path, Endless]));

    /// <summary>Starts one that commits to several databases.</summary>
    public static ChildProcess StartMany(string path, int count) => new(Start(
        [.. Command, path, "many", count.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Starts one that opens the database each time it is told to.</summary>
    public static ChildProcess StartRacer(string path) =>
        new(Start([.. Command, path, "race"]));

    /// <summary>Starts a short one that sees less of the processor than there is.</summary>
    /// <param name="path">The database.</param>
    /// <param name="setting">What the runtime is told not to use, as <c>EnableAVX2</c>.</param>
    public static ChildProcess StartWithout(string path, string setting) =>
        new(Start([.. Command, path, $"{ShortCount}"], setting));

    /// <summary>The same, to say how many sound records there are.</summary>
    public static ChildProcess StartCheckWithout(string path, string setting) =>
        new(Start([.. Command, path, "check"], setting));

    public int Id => _process.Id;

    /// <summary>All that it says as text.</summary>
    public string ReadText() => _process.StandardOutput.ReadToEnd();

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

    /// <summary>
    /// Starts one that dies at its n-th call of that name, or ends by itself a little later.
    /// </summary>
    public static ChildProcess StartToDieAt(string path, string call, int number) =>
        StartTraced(path, call, $"signal=SIGKILL:when={number}", "/dev/null");

    /// <summary>Starts one whose n-th call of that name fails.</summary>
    /// <param name="path">The database.</param>
    /// <param name="call">Name of the system call.</param>
    /// <param name="number">From 1.</param>
    /// <param name="error">As <c>EIO</c>.</param>
    /// <param name="tracePath">Gets a line for each call of that name.</param>
    public static ChildProcess StartToFailAt(
        string path, string call, int number, string error, string tracePath) =>
        StartTraced(path, call, $"error={error}:when={number}", tracePath);

    /// <summary>Starts one whose first call of that name reports success without doing
    /// anything: no byte.</summary>
    public static ChildProcess StartToTransferNothing(
        string path, string call, string tracePath) =>
        StartTraced(path, call, "retval=0:when=1", tracePath);

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

    /// <summary>
    /// Reads that many acknowledgements of one that commits to several, fewer if it ends.
    /// </summary>
    /// <param name="countMax">Of all databases together.</param>
    /// <param name="last">Gets the last record of each.</param>
    public void ReadAcknowledged(int countMax, int[] last)
    {
        byte[] said = new byte[8];
        Stream output = _process.StandardOutput.BaseStream;
        for (int i = 0; i < countMax; i++)
        {
            if (output.ReadAtLeast(said, 8, throwOnEndOfStream: false) < 8) break;
            last[BinaryPrimitives.ReadInt32BigEndian(said)] =
                BinaryPrimitives.ReadInt32BigEndian(said.AsSpan(4));
        }
    }

    /// <summary>Kills it as it is, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Returns its exit code, which is 128 more than the signal that killed it.</summary>
    public int WaitForEnd()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    /// <summary>
    /// How the child is started: program and arguments up to the database. A child published as a
    /// native program is ready in a tenth of the time: campaigns of many kills name it in
    /// <c>KVCOW_CRASH_CHILD</c>.
    /// </summary>
    public static string[] Command { get; } =
        Environment.GetEnvironmentVariable("KVCOW_CRASH_CHILD") is { Length: > 0 } native
            ? [native]
            : [DotNet, "exec", typeof(Records).Assembly.Location];

    private static string DotNet => Environment.ProcessPath is { } own
        && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";

    private static ChildProcess StartTraced(
        string path, string call, string injection, string tracePath) =>
        new(Start(
        [
            Tracer, "-f", "-qq", "-o", tracePath,
            "-e", $"trace={call}", "-e", $"inject={call}:{injection}",
            .. Command, path, $"{ShortCount}",
        ]));

    private static Process Start(string[] command, string? withoutSetting = null)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (withoutSetting is not null) start.Environment[$"DOTNET_{withoutSetting}"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException("No process.");
    }
}
