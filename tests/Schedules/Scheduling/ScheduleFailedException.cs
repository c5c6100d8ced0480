namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Something did not hold in a schedule; says how to see it again.</summary>
public sealed class ScheduleFailedException(
    string scenario, int seed, string trace, Exception failure)
    : Exception($"'{scenario}' fails in schedule {seed}: {failure.Message} Repeat it with "
        + $"KVCOW_SCHEDULE={seed} dotnet test tests/Schedules. The last changes of threads:"
        + $"{Environment.NewLine}{trace}", failure);
