using System.Diagnostics;
using System.Runtime.InteropServices;
using KvCow.Bench.Data;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Instructions;

/// <summary>
/// What the process does whose instructions are counted: calls for ever, each between two system
/// calls by which <see cref="SingleStepper"/> knows it.
/// </summary>
internal static partial class OperationLoop
{
    /// <summary>The number of <c>getppid</c>, which nothing else here calls.</summary>
    public const ulong BeginMark = 110;

    /// <summary>The number of <c>getuid</c>.</summary>
    public const ulong EndMark = 102;

    /// <summary>Until the runtime has compiled what is called as well as it can.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Prints its thread's number when it is warm; ends when it is killed, or its parent is.
    /// </summary>
    public static void Run(Peer peer, string folder, CountedOperation operation, int count)
    {
        using IEngine engine = peer.Open(
            EngineSettings.Durable(folder, count) with { IsDurable = false });
        Action<byte[]> call = operation.Begin(engine);
        byte[] keys = new byte[operation.KeysPerCall * Records.KeyBytes];
        SplitMix random = new(500);
        long start = Stopwatch.GetTimestamp();
        int parent = MarkBegin();
        bool isWarm = false;
        while (true)
        {
            for (int at = 0; at < keys.Length; at += Records.KeyBytes)
                Records.WriteKey(random.Below(count), keys.AsSpan(at));
            if (MarkBegin() != parent) return; // Nobody is there to kill it.
            call(keys);
            _ = MarkEnd();
            if (isWarm || Stopwatch.GetElapsedTime(start) < WarmUp) continue;
            isWarm = true;
            Console.Out.WriteLine(ThreadNumber());
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid"), SuppressGCTransition]
    private static partial int MarkBegin();

    [LibraryImport("libc", EntryPoint = "getuid"), SuppressGCTransition]
    private static partial int MarkEnd();

    [LibraryImport("libc", EntryPoint = "gettid"), SuppressGCTransition]
    private static partial int ThreadNumber();
}
