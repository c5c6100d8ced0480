using System.Text;

namespace KvCow.Bench.Reports;

/// <summary>
/// A bar per row that has an aim, drawn as SVG: how far the ratio reaches against the peer, on a
/// logarithmic scale, with a mark where the aim is.
/// </summary>
internal static class RatioPlot
{
    private const int Left = 290;
    private const int Right = 190;
    private const int Inner = 420;
    private const int RowHeight = 22;
    private const int Top = 46;
    private const double Least = 0.1;
    private const double Most = 20;

    public static string Draw(ResultFile file)
    {
        Target[] rows = [.. Target.All.Where(
            target => target.Ratio > 0 && target.RatioIn(file) is not null)];
        int height = Top + (rows.Length * RowHeight) + 34;
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Inner + Right}\" "
            + $"height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line(svg, $"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        Line(svg, $"<text x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"bold\">KvCow beside "
            + $"other stores: times as good (right is better), N = {file.Count:N0}</text>");
        foreach (double tick in new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10, 20 })
        {
            Line(svg, $"<line x1=\"{X(tick):0}\" y1=\"{Top - 8}\" x2=\"{X(tick):0}\" "
                + $"y2=\"{height - 28}\" stroke=\"{(tick == 1 ? "#444444" : "#dddddd")}\"/>");
            Line(svg, $"<text x=\"{X(tick):0}\" y=\"{height - 12}\" "
                + $"text-anchor=\"middle\">{tick}</text>");
        }

        for (int n = 0; n < rows.Length; n++) AppendRow(svg, file, rows[n], Top + (n * RowHeight));
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void AppendRow(StringBuilder svg, ResultFile file, Target row, int y)
    {
        double ratio = Gain(row, row.RatioIn(file).GetValueOrDefault());
        double aim = Gain(row, row.Ratio);
        double from = Math.Min(X(1), X(ratio));
        double width = Math.Abs(X(ratio) - X(1));
        string colour = ratio >= aim ? "#2e7d32" : "#c62828";
        string against = row.Against ?? "best of all";
        Line(svg, $"<text x=\"{Left - 10}\" y=\"{y + 14}\" text-anchor=\"end\">"
            + $"{row.Title.Replace("`", "")}</text>");
        Line(svg, $"<rect x=\"{from:0.0}\" y=\"{y + 4}\" width=\"{width:0.0}\" height=\"13\" "
            + $"fill=\"{colour}\"/>");
        Line(svg, $"<line x1=\"{X(aim):0.0}\" y1=\"{y + 1}\" x2=\"{X(aim):0.0}\" y2=\"{y + 20}\" "
            + $"stroke=\"#000000\" stroke-width=\"2\"/>");
        Line(svg, $"<text x=\"{Left + Inner + 10}\" y=\"{y + 14}\">{ratio:0.00} x {against}, "
            + $"aim {aim:0.0}</text>");
    }

    /// <summary>Turned round where less is better, so that right is always better.</summary>
    private static double Gain(Target row, double ratio) => row.LessIsBetter ? 1 / ratio : ratio;

    private static double X(double ratio)
    {
        double at = Math.Log(Math.Clamp(ratio, Least, Most) / Least) / Math.Log(Most / Least);
        return Left + (at * Inner);
    }

    private static void Line(StringBuilder svg, string line) => svg.AppendLine(line);
}
