using System.Diagnostics;
using KvCow.Engine.Transactions;

namespace KvCow.Tests.Unit.Engine.Transactions;

/// <summary>
/// Whom a flush waits for. Its limit is an hour: a wait that should not be would not end.
/// </summary>
public class GroupWindowTests
{
    private static readonly long Hour = 3600 * Stopwatch.Frequency;

    [Fact]
    public async Task Writers_of_the_last_flush_and_those_that_joined_are_waited_for()
    {
        GroupWindow window = Flushed(group: 1, joined: 2);
        window.Waiting = 2;
        using ManualResetEventSlim isBegun = new();
        Task gathered = Task.Factory.StartNew(
            () =>
            {
                isBegun.Set();
                window.Gather();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        isBegun.Wait();
        // Turns enough to return, for one that does not wait.
        for (int i = 0; i < 10_000; i++) Thread.Yield();
        Assert.False(gathered.IsCompleted);
        window.Waiting = 3;
        await gathered;
    }

    [Fact]
    public void Who_does_not_come_is_waited_for_no_longer_than_a_part_of_a_flush()
    {
        GroupWindow window = new(TimeSpan.FromHours(1));
        window.Flushed(group: 2, joined: 2, ticks: 40);
        window.Waiting = 1;
        window.Gather();
    }

    [Fact]
    public void A_single_writer_is_not_waited_for()
    {
        GroupWindow window = Flushed(group: 1, joined: 0);
        window.Waiting = 1;
        window.Gather();
    }

    [Fact]
    public void A_flush_that_nobody_waits_for_waits_for_nobody()
    {
        GroupWindow window = Flushed(group: 4, joined: 4);
        window.Gather();
    }

    [Fact]
    public void One_who_has_stopped_is_missed_once()
    {
        GroupWindow window = Flushed(group: 2, joined: 0);
        window.Flushed(1, 0, Hour);
        window.Waiting = 1;
        window.Gather();
    }

    [Fact]
    public void Many_writers_are_not_waited_for()
    {
        GroupWindow window = Flushed(group: 32, joined: 32);
        window.Waiting = 1;
        window.Gather();
    }

    [Fact]
    public void Without_patience_nobody_is_waited_for()
    {
        GroupWindow window = new(TimeSpan.Zero);
        window.Flushed(8, 8, Hour);
        window.Waiting = 1;
        window.Gather();
    }

    private static GroupWindow Flushed(int group, int joined)
    {
        GroupWindow window = new(TimeSpan.FromHours(1));
        window.Flushed(group, joined, 4 * Hour);
        return window;
    }
}
