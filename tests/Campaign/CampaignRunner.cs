using System.Diagnostics;
using System.Globalization;

namespace KvCow.Tests.Campaign;

/// <summary>
/// Runs seed after seed on a few threads. A seed counts when it and all before it are done, so
/// that what is saved says exactly which seeds are behind it.
/// </summary>
internal sealed class CampaignRunner(CampaignKind kind, CampaignArguments arguments)
{
    private const int FailuresMax = 5;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new(); // Guards all that follows.
    private readonly Dictionary<int, long> _done = [];
    private readonly CampaignState _state =
        CampaignState.Load(kind.Name, arguments.StatePath, arguments.Seed);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _secondsBefore;
    private long _casesBefore;
    private TimeSpan _saved;
    private int _nextSeed;
    private bool _isStopped;

    private int Size => arguments.Size ?? kind.Size;

    private long Aim => arguments.Count ?? kind.Goal;

    /// <summary>Returns what it has come to; stopped by the count, the clock or the user.</summary>
    public CampaignState Run()
    {
        _nextSeed = _state.NextSeed;
        _secondsBefore = _state.Seconds;
        _casesBefore = _state.Cases;
        if (!_state.Commits.Contains(Origin.Commit)) _state.Commits.Add(Origin.Commit);
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            lock (_gate) _isStopped = true;
        };
        int count = kind.IsSerial ? 1 : arguments.Threads;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        lock (_gate) Save();
        return _state;
    }

    private void Work()
    {
        while (TakeSeed() is int seed)
        {
            long cases = 0;
            try
            {
                cases = kind.Run(seed, Size);
            }
            catch (Exception failure)
            {
                Report(seed, failure);
            }

            lock (_gate) Count(seed, cases);
        }
    }

    private int? TakeSeed()
    {
        lock (_gate)
        {
            bool isOver = _isStopped || _state.Cases >= Aim
                || _state.Failures.Count >= FailuresMax
                || _clock.Elapsed.TotalHours >= arguments.Hours;
            return isOver ? null : _nextSeed++;
        }
    }

    private void Count(int seed, long cases)
    {
        _done.Add(seed, cases);
        while (_done.Remove(_state.NextSeed, out long next))
        {
            _state.Cases += next;
            _state.NextSeed++;
        }

        _state.Seconds = _secondsBefore + _clock.Elapsed.TotalSeconds;
        if (_clock.Elapsed - _saved < SaveEvery) return;
        Save();
        double rate = (_state.Cases - _casesBefore) / _clock.Elapsed.TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind.Name}: {_state.Cases:N0} of {Aim:N0} {kind.Cases}, {rate:N0}/s, next seed "
            + $"{_state.NextSeed}, {_state.Failures.Count} failures"));
    }

    private void Save()
    {
        _saved = _clock.Elapsed;
        _state.Save(arguments.StatePath);
    }

    private void Report(int seed, Exception failure)
    {
        lock (_gate)
            _state.Failures.Add(new CampaignFailure(seed, Size, failure.Message));
        Console.Error.WriteLine($"{kind.Name} FAILS with seed {seed}: {failure}");
        Console.Error.WriteLine(CampaignFailure.CommandOf(kind.Name, seed, Size));
        if (Shrinking.Find(kind.Run, seed, Size) is not { } small) return;
        lock (_gate) _state.Failures.Add(small);
        Console.Error.WriteLine($"A smaller case: {small.Message}");
        Console.Error.WriteLine(CampaignFailure.CommandOf(kind.Name, small.Seed, small.Size));
    }
}
