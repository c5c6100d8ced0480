using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KvCow.Tests.Support.Telemetry;

/// <summary>Keeps what is logged: level, number of the event, and text.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(string Category, LogLevel Level, int Event, string Text)> All { get; }
        = [];

    private string _category = "";

    public ILogger CreateLogger(string categoryName)
    {
        _category = categoryName;
        return this;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state,
        Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue((_category, logLevel, eventId.Id, formatter(state, exception)));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
