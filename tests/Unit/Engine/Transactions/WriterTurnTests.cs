using KvCow.Engine.Transactions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class WriterTurnTests
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private readonly ManualTime _time = new();
    private readonly WriterTurn _turn;

    public WriterTurnTests() => _turn = new WriterTurn(_time);

    [Fact]
    public async Task The_turn_goes_on_in_the_order_of_arrival()
    {
        await _turn.EnterAsync(Never, default);
        Task[] waiting = new Task[20];
        for (int i = 0; i < waiting.Length; i++) waiting[i] = _turn.EnterAsync(Never, default);
        for (int i = 0; i < waiting.Length; i++)
        {
            _turn.Leave();
            await waiting[i];
            Assert.All(waiting[(i + 1)..], later => Assert.False(later.IsCompleted));
        }

        Assert.True(_turn.IsTaken);
        _turn.Leave();
        Assert.False(_turn.IsTaken);
    }

    [Fact]
    public async Task A_wait_ends_at_its_time_and_the_next_in_line_moves_up()
    {
        await _turn.EnterAsync(Never, default);
        Task first = _turn.EnterAsync(TimeSpan.FromSeconds(3), default);
        Task second = _turn.EnterAsync(TimeSpan.FromSeconds(9), default);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        WriterTimeoutException late =
            await Assert.ThrowsAsync<WriterTimeoutException>(() => first);
        Assert.Contains("3 s", late.Message);

        _turn.Leave();
        await second;
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.True(_turn.IsTaken);
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public async Task Without_any_time_the_turn_comes_at_once_or_never()
    {
        await _turn.EnterAsync(TimeSpan.Zero, default);
        Task refused = _turn.EnterAsync(TimeSpan.Zero, default);
        _time.Advance(TimeSpan.Zero);
        await Assert.ThrowsAsync<WriterTimeoutException>(() => refused);
    }

    [Fact]
    public async Task A_cancelled_waiter_in_the_middle_leaves_the_order_of_the_others()
    {
        using CancellationTokenSource cancel = new();
        await _turn.EnterAsync(Never, default);
        Task first = _turn.EnterAsync(Never, default);
        Task middle = _turn.EnterAsync(Never, cancel.Token);
        Task last = _turn.EnterAsync(Never, default);
        await cancel.CancelAsync();
        OperationCanceledException cancelled =
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => middle);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);

        _turn.Leave();
        await first;
        Assert.False(last.IsCompleted);
        _turn.Leave();
        await last;
    }

    [Fact]
    public async Task A_cancelled_token_is_refused_even_when_the_turn_is_free()
    {
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _turn.EnterAsync(Never, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => _turn.Enter(Never, cancelled));
        Assert.False(_turn.IsTaken);
    }

    [Fact]
    public async Task A_time_that_no_timer_takes_loses_neither_place_nor_turn()
    {
        WriterTurn turn = new(TimeProvider.System);
        turn.Enter(Never, default);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => turn.EnterAsync(TimeSpan.FromSeconds(-5), default));
        turn.Leave();
        Assert.False(turn.IsTaken);
    }

    [Fact]
    public async Task Closing_refuses_all_who_wait_and_all_who_come()
    {
        await _turn.EnterAsync(Never, default);
        Task waiting = _turn.EnterAsync(TimeSpan.FromSeconds(1), default);
        _turn.Close();
        await Assert.ThrowsAsync<HandleEndedException>(() => waiting);
        await Assert.ThrowsAsync<HandleEndedException>(() => _turn.EnterAsync(Never, default));
        Assert.Throws<HandleEndedException>(() => _turn.Enter(Never, default));
        _time.Advance(TimeSpan.FromSeconds(2));

        // The writer that was in keeps its turn until it leaves.
        Assert.True(_turn.IsTaken);
        _turn.Leave();
        Assert.False(_turn.IsTaken);
    }

    [Fact]
    public async Task A_wait_that_ends_while_its_turn_comes_never_leaves_the_turn_of_another()
    {
        for (int round = 0; round < 2_000; round++)
        {
            WriterTurn turn = new(_time);
            await turn.EnterAsync(Never, default);
            using CancellationTokenSource cancel = new();
            Task waiting = turn.EnterAsync(Never, cancel.Token);
            Task ending = Task.Run(round % 2 == 0 ? turn.Close : turn.Leave);
            await cancel.CancelAsync();
            await ending;
            await waiting.ContinueWith(_ => { }, TaskScheduler.Default);

            // Closed: the first writer is still in. Left: the waiter is in, or nobody is.
            Assert.Equal(round % 2 == 0 || waiting.IsCompletedSuccessfully, turn.IsTaken);
        }
    }

    [Fact]
    public async Task Blocking_and_awaiting_writers_stand_in_one_line()
    {
        await _turn.EnterAsync(Never, default);
        using ManualResetEventSlim entered = new();
        Thread blocking = new(() =>
        {
            _turn.Enter(Never, default);
            entered.Set();
        });
        blocking.Start();
        WaitUntilBlocked(blocking);
        Task awaiting = _turn.EnterAsync(Never, default);

        _turn.Leave();
        entered.Wait();
        Assert.False(awaiting.IsCompleted);
        _turn.Leave();
        await awaiting;
        blocking.Join();
    }

    [Fact]
    public void An_interrupted_wait_gives_its_place_up()
    {
        _turn.Enter(Never, default);
        Exception? seen = null;
        Thread blocked = new(() => seen = Record.Exception(() => _turn.Enter(Never, default)));
        blocked.Start();
        WaitUntilBlocked(blocked);
        blocked.Interrupt();
        blocked.Join();
        Assert.IsType<ThreadInterruptedException>(seen);

        _turn.Leave();
        Assert.False(_turn.IsTaken);
    }

    [Fact]
    public void A_blocking_wait_ends_by_time_and_by_cancellation()
    {
        _turn.Enter(Never, default);
        using CancellationTokenSource cancel = new();
        Exception? late = null;
        Exception? cancelled = null;
        Thread one = new(() =>
            late = Record.Exception(() => _turn.Enter(TimeSpan.FromSeconds(1), default)));
        Thread two = new(() =>
            cancelled = Record.Exception(() => _turn.Enter(Never, cancel.Token)));
        one.Start();
        two.Start();
        SpinWait.SpinUntil(() => _time.TimerCount == 1);
        WaitUntilBlocked(two);
        _time.Advance(TimeSpan.FromSeconds(1));
        cancel.Cancel();
        one.Join();
        two.Join();
        Assert.IsType<WriterTimeoutException>(late);
        Assert.IsAssignableFrom<OperationCanceledException>(cancelled);
        _turn.Leave();
        Assert.False(_turn.IsTaken);
    }

    private static void WaitUntilBlocked(Thread thread) => SpinWait.SpinUntil(
        () => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
}
