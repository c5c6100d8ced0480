using KvCow.Engine.Transactions;
using KvCow.Tests.Schedules.Scheduling;
using KvCow.Tests.Support;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>
/// The writer's turn passed on while waits for it are cancelled, time out, fail or are closed out:
/// one at a time has it, and it is never lost.
/// </summary>
internal sealed class TurnScenario
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly WriterTurn _turn;
    private readonly Stage _stage;
    private int _inside;
    private bool _isClosed;
    private bool _isLate;

    private TurnScenario(Stage stage)
    {
        _stage = stage;
        _turn = new WriterTurn(_time);
    }

    public static void Build(Stage stage) => new TurnScenario(stage).Build();

    private void Build()
    {
        Random random = _stage.Random;
        CancellationTokenSource stop = new();
        _stage.AtEnd(stop.Dispose);
        _stage.AtEnd(Check);
        for (int i = 1; i <= 3; i++)
        {
            bool blocks = random.Next(2) == 0;
            TimeSpan timeout = random.Next(3) switch
            {
                0 => Timeout.InfiniteTimeSpan,
                1 => Second,
                _ => i == 3 ? TimeSpan.MaxValue : Second * 2, // No timer takes that.
            };
            CancellationToken ct = random.Next(2) == 0 ? default : stop.Token;
            _stage.Add($"writer {i}", () =>
            {
                for (int turn = 0; turn < 2; turn++) Take(blocks, timeout, ct);
            });
        }

        _stage.Add("canceller", stop.Cancel);
        if (random.Next(2) == 0) _stage.Add("clock", Advance);
        if (random.Next(4) == 0) _stage.Add("closer", Close);
    }

    private void Take(bool blocks, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            if (blocks)
            {
                _turn.Enter(timeout, ct);
            }
            else
            {
                Task wait = _turn.EnterAsync(timeout, ct);
                Assert.True(wait.IsCompleted);
                wait.GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            Assert.True(ct.IsCancellationRequested);
            return;
        }
        catch (WriterTimeoutException)
        {
            Assert.True(_isLate);
            return;
        }
        catch (HandleEndedException)
        {
            Assert.True(_isClosed);
            return;
        }
        catch (OverflowException)
        {
            Assert.Equal(TimeSpan.MaxValue, timeout);
            return;
        }

        Assert.Equal(1, ++_inside);
        _stage.Pause();
        Assert.Equal(1, _inside--);
        _turn.Leave();
    }

    private void Advance()
    {
        _isLate = true;
        _time.Advance(Second);
        _time.Advance(Second);
    }

    private void Close()
    {
        _isClosed = true;
        _turn.Close();
    }

    private void Check()
    {
        Assert.False(_turn.IsTaken);
        Assert.Equal(0, _time.TimerCount);
        if (_isClosed) return;
        Task next = _turn.EnterAsync(Timeout.InfiniteTimeSpan, default);
        Assert.True(next.IsCompletedSuccessfully);
    }
}
