using System.Globalization;
using System.Text;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Reports;

/// <summary>The result file as tables for people.</summary>
internal static class MarkdownTable
{
    /// <summary>Medians, the ratio and its aim, one row each; below, what was not measured.
    /// </summary>
    public static string Ratios(ResultFile file)
    {
        StringBuilder text = new();
        Line(text, $"N = {file.Count:N0}, {file.Rounds} alternating rounds; {file.Date} UTC; ");
        Line(text, $"commit {file.Commit}; {file.Machine}.");
        Line(text, $"Medians, and in brackets the least and the most of all rounds.");
        text.AppendLine();
        text.Append("| per second, unless said otherwise |");
        foreach (Peer peer in Peer.All) text.Append($" {peer.Title} |");
        text.AppendLine(" against | ratio | aim | |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (Target target in Target.All) AppendRow(text, file, target);
        if (file.Notes.Count > 0)
        {
            text.AppendLine();
            foreach (string note in file.Notes) text.AppendLine($"- {note}");
        }

        return text.ToString();
    }

    /// <summary>Processor time and managed allocation per operation.</summary>
    public static string Costs(ResultFile file)
    {
        StringBuilder text = new();
        text.Append("| processor microseconds per operation |");
        foreach (Peer peer in Peer.All) text.Append($" {peer.Title} |");
        text.AppendLine(" KvCow, managed bytes |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (string workload in file.Results.Select(result => result.Workload).Distinct())
        {
            if (file.Find(workload, Peer.Ours)?.Median(Figures.CpuPerOperation) is null or 0)
            {
                continue;
            }

            text.Append($"| {workload} |");
            foreach (Peer peer in Peer.All)
            {
                double? cpu = file.Find(workload, peer.Name)?.Median(Figures.CpuPerOperation);
                text.Append($" {(cpu is null ? "-" : Text(cpu.Value))} |");
            }

            double? bytes = file.Find(workload, Peer.Ours)?.Median(Figures.BytesPerOperation);
            Line(text, $" {bytes:N1} |");
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, ResultFile file, Target target)
    {
        text.Append($"| {target.Title} |");
        foreach (Peer peer in Peer.All)
        {
            text.Append($" {Cell(file.Find(target.Workload, peer.Name), target.Figure)} |");
        }

        string against = target.Against is null ? "best" : Peer.Find(target.Against).Title;
        string ratio = target.RatioIn(file) is { } value ? Text(value) : "-";
        string aim = target.Ratio == 0 ? "" : (target.LessIsBetter ? "≤ " : "≥ ")
            + target.Ratio.ToString(CultureInfo.InvariantCulture);
        string verdict = target.IsMetIn(file) switch { true => "met", false => "missed", _ => "" };
        text.AppendLine($" {against} | {ratio} | {aim} | {verdict} |");
    }

    private static string Cell(Result? result, string figure)
    {
        if (result?.Median(figure) is not { } median) return "-";
        double unit = figure is Figures.FileBytes or Figures.CompactedBytes ? 1e6 : 1;
        string least = Short(result.Least(figure).GetValueOrDefault() / unit);
        string most = Short(result.Most(figure).GetValueOrDefault() / unit);
        return least == most
            ? Short(median / unit)
            : $"{Short(median / unit)} ({least}..{most})";
    }

    private static string Short(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0", CultureInfo.InvariantCulture) + " k",
        >= 1e2 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => Text(value),
    };

    private static string Text(double value) =>
        value.ToString("0.00", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
