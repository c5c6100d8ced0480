namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Ends a thread whose schedule has failed already.</summary>
public sealed class ScheduleAbortedException() : Exception("The schedule was given up.");
