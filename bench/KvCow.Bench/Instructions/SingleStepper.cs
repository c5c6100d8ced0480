using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KvCow.Bench.Instructions;

/// <summary>
/// Lets a thread of another process execute one instruction at a time (<c>ptrace</c>, Linux on
/// x64), and notes where each was. An exact count, whatever else the machine does, also where the
/// processor's own counters cannot be read; a hundred thousand a second.
/// </summary>
/// <remarks>
/// In a process that has no children: the runtime waits for a child's end whenever one changes its
/// state, and would take the stops that are waited for here.
/// </remarks>
internal static partial class SingleStepper
{
    private const int Seize = 0x4206;
    private const int Interrupt = 0x4207;
    private const int SingleStep = 9;
    private const int GetRegisters = 12;
    private const int PeekText = 1;
    private const int Detach = 17;
    private const int AllThreads = 0x4000_0000;
    private const int Trap = 5;

    // The order of user_regs_struct.
    private const int RegisterCount = 27;
    private const int Rax = 10;
    private const int Rip = 16;

    private const int SystemCallInstruction = 0x050F;

    /// <summary>
    /// How many instructions each of some calls takes, and how often each address was met.
    /// </summary>
    /// <remarks>
    /// An instruction that repeats itself, such as a copy, counts once. What the kernel does for a
    /// system call is not seen.
    /// </remarks>
    public static StepCounts Run(int thread, int calls)
    {
        Check(Trace(Seize, thread, 0, 0));
        Check(Trace(Interrupt, thread, 0, 0));
        WaitFor(thread);
        StepCounts counts = new();
        Dictionary<ulong, int> ignored = [];
        while (counts.Calls.Count < calls)
        {
            StepTo(OperationLoop.BeginMark, thread, ignored);
            counts.Calls.Add(StepTo(OperationLoop.EndMark, thread, counts.Addresses));
        }

        Trace(Detach, thread, 0, 0);
        return counts;
    }

    private static int StepTo(ulong mark, int thread, Dictionary<ulong, int> addresses)
    {
        int count = 0;
        ulong[] registers = new ulong[RegisterCount];
        int signal = 0;
        ulong last = 0;
        while (true)
        {
            Check(Trace(SingleStep, thread, 0, signal));
            int stop = WaitFor(thread);
            // Signals of the runtime's own go on to it.
            signal = stop == Trap ? 0 : stop;
            if (signal != 0) continue;
            Check(ReadRegisters(GetRegisters, thread, 0, registers));
            ulong address = registers[Rip];
            if (registers[Rax] == mark && IsSystemCall(thread, address)) return count;
            if (address == last) continue;
            CollectionsMarshal.GetValueRefOrAddDefault(addresses, address, out _)++;
            count++;
            last = address;
        }
    }

    private static bool IsSystemCall(int thread, ulong address) =>
        (ushort)Trace(PeekText, thread, (nint)address, 0) == SystemCallInstruction;

    /// <summary>The signal that it has stopped with.</summary>
    private static int WaitFor(int thread)
    {
        Check(WaitForStop(thread, out int status, AllThreads));
        if ((status & 0xFF) != 0x7F) throw new IOException("The process has ended.");
        return (status >> 8) & 0xFF;
    }

    private static void Check(long result)
    {
        if (result == -1) throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial long Trace(long request, int thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial long ReadRegisters(
        long request, int thread, nint address, [Out] ulong[] registers);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitForStop(int thread, out int status, int options);
}
