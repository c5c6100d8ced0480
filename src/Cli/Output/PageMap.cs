using System.Globalization;
using Spectre.Console;

namespace KvCow.Cli.Output;

/// <summary>
/// A picture of the file: each cell stands for the same number of pages and shows what most of them
/// serve. Coloured blocks on a terminal, letters elsewhere.
/// </summary>
internal static class PageMap
{
    private const int Columns = 64;
    private const int RowsMax = 24;

    private static readonly (PageUse Use, char Letter, string Style, string Name)[] Legend =
    [
        (PageUse.Meta, 'M', "white", "meta"),
        (PageUse.Branch, 'B', "yellow", "branch"),
        (PageUse.Leaf, 'L', "green", "leaf"),
        (PageUse.Overflow, 'O', "blue", "overflow"),
        (PageUse.FreeList, 'F', "magenta", "free list"),
        (PageUse.Free, '.', "grey35", "free"),
        (PageUse.Other, '?', "red", "other"),
    ];

    public static void Print(Terminal terminal, ReadOnlySpan<PageUse> pages)
    {
        int pagesPerCell = Math.Max(1,
            (pages.Length + (Columns * RowsMax) - 1) / (Columns * RowsMax));
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Page map, {pagesPerCell:N0} pages a cell"));
        int pagesPerRow = pagesPerCell * Columns;
        for (int start = 0; start < pages.Length; start += pagesPerRow)
        {
            ReadOnlySpan<PageUse> row =
                pages.Slice(start, Math.Min(pagesPerRow, pages.Length - start));
            PrintRow(terminal, start, row, pagesPerCell);
        }

        string legend = string.Join("  ", Legend.Select(entry => terminal.IsTerminal
            ? $"[{entry.Style}]█[/] {entry.Name}"
            : $"{entry.Letter} {entry.Name}"));
        if (terminal.IsTerminal) terminal.Write(new Markup(legend + "\n"));
        else terminal.WriteLine(legend);
    }

    private static void PrintRow(
        Terminal terminal, int start, ReadOnlySpan<PageUse> row, int pagesPerCell)
    {
        System.Text.StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{start,12:N0} ");
        for (int i = 0; i < row.Length; i += pagesPerCell)
        {
            PageUse most = MostOf(row.Slice(i, Math.Min(pagesPerCell, row.Length - i)));
            (_, char letter, string style, _) = Legend.First(entry => entry.Use == most);
            if (terminal.IsTerminal)
                line.Append(CultureInfo.InvariantCulture, $"[{style}]█[/]");
            else
                line.Append(letter);
        }

        if (terminal.IsTerminal) terminal.Write(new Markup(line.Append('\n').ToString()));
        else terminal.WriteLine(line.ToString());
    }

    private static PageUse MostOf(ReadOnlySpan<PageUse> pages)
    {
        Span<int> counts = stackalloc int[(int)PageUse.Free + 1];
        foreach (PageUse use in pages) counts[(int)use]++;
        int most = 0;
        for (int use = 1; use < counts.Length; use++)
            if (counts[use] > counts[most]) most = use;
        return (PageUse)most;
    }
}
