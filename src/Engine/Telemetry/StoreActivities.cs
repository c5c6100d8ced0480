using System.Diagnostics;

namespace KvCow.Engine.Telemetry;

/// <summary>
/// The spans of the source <c>KvCow</c>: open, commit, verify. Null, and next to free, when nobody
/// listens.
/// </summary>
internal static class StoreActivities
{
    public const string Name = "KvCow";

    private static readonly ActivitySource Source = new(Name);

    public static Activity? Start(string name, string path)
    {
        Activity? activity = Source.StartActivity(name);
        activity?.SetTag(StoreTelemetry.PathTag, path);
        return activity;
    }

    /// <summary>Ends a span whose work threw, with the reason.</summary>
    public static void Fail(this Activity activity, Exception failure) =>
        activity.SetStatus(ActivityStatusCode.Error, failure.Message);
}
