using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KvCow.Bench.Children;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Instructions;

/// <summary>Instructions of one operation, peer beside peer, as a table.</summary>
internal sealed class InstructionRun(string folder, int count, int methods, TextWriter output)
{
    private readonly Dataset _dataset = new(folder, count);

    public void Run(IReadOnlyList<Peer> peers, IReadOnlyList<CountedOperation> operations)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new PlatformNotSupportedException("Instructions are counted on Linux x64 only.");
        output.WriteLine($"| instructions | {string.Join(" | ", peers.Select(p => p.Title))} |");
        output.WriteLine($"|---|{string.Concat(peers.Select(static _ => "---|"))}");
        foreach (CountedOperation operation in operations)
        {
            List<(string, double)>? ofFirst = null;
            output.Write($"| {operation.Name} |");
            foreach (Peer peer in peers)
            {
                (double median, List<(string, double)> costly) = Count(peer, operation);
                output.Write(string.Create(CultureInfo.InvariantCulture, $" {median:N0} |"));
                ofFirst ??= costly;
            }

            output.WriteLine();
            foreach ((string name, double share) in (ofFirst ?? []).Take(methods))
            {
                output.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"| - {name} | {share:N0} |"));
            }
        }

        _dataset.Clean();
    }

    /// <summary>The median of some calls; and where they were on average, the most first.
    /// </summary>
    private (double Median, List<(string Method, double Count)> Costly) Count(
        Peer peer, CountedOperation operation)
    {
        string path = _dataset.Copy(peer, "instructions");
        using Process child = ChildProcess.Begin(
            ChildTasks.Operations, peer.Name, path, operation.Name, $"{count}");
        try
        {
            int thread = int.Parse(
                child.StandardOutput.ReadLine() ?? throw new IOException("The child has ended."),
                CultureInfo.InvariantCulture);
            int calls = operation.Calls;
            StepCounts steps = ChildProcess.Run<StepCounts>(
                ChildTasks.Step, $"{thread}", $"{calls}");
            steps.Calls.Sort();
            MethodMap map = new(child.Id);
            double units = (double)calls * operation.UnitsPerCall;
            return ((double)steps.Calls[calls / 2] / operation.UnitsPerCall,
            [
                .. steps.Addresses.GroupBy(place => map.NameAt(place.Key), place => place.Value)
                    .Select(group => (group.Key, group.Sum() / units))
                    .OrderByDescending(static cost => cost.Item2),
            ]);
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }
}
