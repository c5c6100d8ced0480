using Microsoft.Extensions.Logging;

namespace KvCow.Tests.Support.Telemetry;

/// <summary>Calls back, on the thread that logs, when an event is logged.</summary>
internal sealed class LogCallback(int eventNumber, Action onEvent) : ILoggerFactory, ILogger
{
    private volatile bool _isCalled;

    public bool IsCalled => _isCalled;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state,
        Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id != eventNumber) return;
        onEvent();
        _isCalled = true;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
