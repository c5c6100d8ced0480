namespace KvCow.Tests.Support.Damage;

/// <summary>A damaged file was not met with data or a documented exception.</summary>
internal sealed class HostileFileException(string where, Exception cause)
    : Exception($"{where}: {cause.Message}", cause);
