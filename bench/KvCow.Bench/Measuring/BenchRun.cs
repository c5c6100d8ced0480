using System.Globalization;
using KvCow.Bench.Data;
using KvCow.Bench.Peers;
using KvCow.Bench.Reports;
using KvCow.Bench.Workloads;

namespace KvCow.Bench.Measuring;

/// <summary>
/// Runs workloads: in each round every peer once, beginning with another one each time, so that
/// what else the machine does meets all of them.
/// </summary>
internal sealed class BenchRun(BenchOptions options, TextWriter log)
{
    private readonly Dataset _dataset = new(options.Folder, options.Count);
    private readonly ResultFile _results = ResultFile.LoadOrCreate(options);

    public void RunAll()
    {
        Records.Verify();
        List<Peer> peers = [];
        foreach (Peer peer in options.Peers)
        {
            if (peer.IsInstalled) peers.Add(peer);
            else Note($"{peer.Title}: MISSING, {peer.Library} cannot be loaded");
        }

        foreach (Workload workload in WorkloadCatalog.All(options.Rounds))
        {
            if (options.Workloads.Count > 0 && !options.Workloads.Contains(workload.Name)) continue;
            _results.Remove(workload.Name, peers);
            Run(workload, [.. peers.Where(peer => IsAble(workload, peer))]);
            _results.Save(options.Output);
            _dataset.Clean();
        }
    }

    private bool IsAble(Workload workload, Peer peer)
    {
        if (workload.Refuses(peer) is not { } reason) return true;
        Note($"{workload.Name}: {peer.Title} {reason}");
        return false;
    }

    private void Run(Workload workload, List<Peer> peers)
    {
        ExpectedState state = new(options.Count);
        List<Turn> turns = [];
        try
        {
            foreach (Peer peer in peers)
            {
                if (Open(workload, peer) is { } turn) turns.Add(turn);
            }

            for (int round = 0; round < workload.WarmUpRounds + options.Rounds; round++)
            {
                workload.Change(state, round);
                long? expected = workload.ExpectedSum(state, round);
                for (int n = 0; n < turns.Count; n++)
                {
                    Take(workload, turns[(n + round) % turns.Count], round, state, expected);
                }
            }

            foreach (Turn turn in turns) CheckState(workload, turn, state);
        }
        finally
        {
            foreach (Turn turn in turns) turn.Engine?.Dispose();
        }

        foreach (Turn turn in turns) Print(workload, turn);
    }

    private Turn? Open(Workload workload, Peer peer)
    {
        string folder = workload.Start switch
        {
            StartingPoint.Loaded => _dataset.Loaded(peer),
            StartingPoint.Copied => _dataset.Copy(peer, peer.Name),
            _ => "",
        };
        if (workload.Start == StartingPoint.Own) return new Turn(peer, folder, null);
        try
        {
            IEngine engine = peer.Open(EngineSettings.Durable(folder, options.Count) with
            {
                IsDurable = workload.IsDurable,
            });
            return new Turn(peer, folder, engine);
        }
        catch (NotSupportedException e)
        {
            Note($"{workload.Name}: {e.Message}");
            return null;
        }
    }

    private void Take(
        Workload workload, Turn turn, int round, ExpectedState state, long? expected)
    {
        Trial trial = new(turn.Peer, round, turn.Folder, _dataset, state, options)
        {
            Opened = turn.Engine,
        };
        Sample sample = workload.Run(trial);
        if (expected is not null && sample.Sum != expected)
        {
            throw new InvalidOperationException(
                $"{workload.Name}: {turn.Peer.Title} read {sample.Sum}, expected {expected}.");
        }

        if (round >= workload.WarmUpRounds) turn.Samples.Add(sample);
    }

    private static void CheckState(Workload workload, Turn turn, ExpectedState state)
    {
        if (turn.Engine is null || workload.Start != StartingPoint.Copied) return;
        using IReader reader = turn.Engine.OpenReader();
        long sum = reader.Scan(isReversed: false, out _);
        if (workload.EndsInKnownState && sum != state.ScanSum())
        {
            throw new InvalidOperationException(
                $"{workload.Name}: {turn.Peer.Title} holds other entries than it should.");
        }
    }

    private void Print(Workload workload, Turn turn)
    {
        Result result = new(workload.Name, turn.Peer.Name, turn.Samples);
        _results.Add(result);
        string figures = string.Join("  ", turn.Samples[^1].Extra.Keys.Select(name =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {result.Median(name):N2}")));
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{workload.Name,-14} {turn.Peer.Title,-8} {result.Median(Figures.PerSecond),14:N0} /s"
            + $"  ({result.Least(Figures.PerSecond):N0} to {result.Most(Figures.PerSecond):N0})"
            + $"  cpu {result.Median(Figures.CpuPerOperation):N2} us"
            + $"  {result.Median(Figures.BytesPerOperation):N1} B  {figures}"));
    }

    private void Note(string text)
    {
        log.WriteLine(text);
        _results.Note(text);
    }

    /// <summary>A peer during one workload.</summary>
    private sealed record Turn(Peer Peer, string Folder, IEngine? Engine)
    {
        public List<Sample> Samples { get; } = [];
    }
}
