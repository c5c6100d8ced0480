namespace KvCow.Cli.Output;

/// <summary>Shows how far a verify is, from the thread that does it.</summary>
/// <remarks>
/// Not <see cref="Progress{T}"/>, which reports from the thread pool, late and out of order.
/// </remarks>
internal sealed class PageProgress(Action<double> show) : IProgress<VerifyProgress>
{
    public void Report(VerifyProgress value) => show(value.PagesDone);
}
