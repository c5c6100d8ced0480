using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace KvCow.Tests.Support.Telemetry;

/// <summary>Listens to the meter <c>KvCow</c> for one database.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly string _path;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _values = [];

    public MeterReadings(string path)
    {
        _path = path;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "KvCow") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        _listener.Start();
    }

    /// <summary>Asks the gauges.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public double[] Of(string instrument) =>
        _values.TryGetValue(instrument, out ConcurrentQueue<double>? values) ? [.. values] : [];

    public void Dispose() => _listener.Dispose();

    private void Add(
        Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == "kvcow.path" && (string?)tag.Value == _path)
                _values.GetOrAdd(instrument.Name, _ => []).Enqueue(value);
        }
    }
}
