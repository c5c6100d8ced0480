using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow page</c>: one page of the file, decoded.</summary>
internal static class PageCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<long> page = new("PAGE") { Description = "Place in the file, in pages from 0" };
        Option<bool> json = CommonArguments.Json();
        Command command = new("page", """
            Print one page decoded; exit code 3 if it is damaged

            Examples:
              kvcow page shop.kvcow 0
            """)
        {
            file, page, json,
        };
        command.SetWork((parsed, _) => Print(
            parsed.GetRequiredValue(file), parsed.GetValue(page), parsed.GetValue(json)));
        return command;
    }

    private static int Print(string file, long pageId, bool isJson)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        PageContent page;
        try
        {
            page = database.InspectPage(pageId);
        }
        catch (ArgumentOutOfRangeException)
        {
            long last = database.GetStatistics().PageCount - 1;
            throw new UsageException($"'{file}' has pages 0 to {last}; there is no page {pageId}.");
        }

        if (isJson) PageJson.Print(page);
        else Print(page, database.PageBytes);
        return page.Problem is null ? ExitCode.Done : ExitCode.Corrupt;
    }

    private static void Print(PageContent page, int pageBytes)
    {
        using OutputStream output = OutputStream.Standard();
        Line(output, $"page {page.PageId}: {page.Kind}");
        if (page.Problem is not null) Line(output, $"PROBLEM: {page.Problem}");
        Field(output, "page id stored", page.ClaimedId);
        Field(output, "written by commit", page.Birth);
        Field(output, "level", page.Level);
        Field(output, "crc-32c stored", $"{page.Crc:x8}");
        if (page.UsedBytes is { } used)
            Field(output, "bytes used", $"{used} of {pageBytes}");
        foreach ((string name, string value) in page.Fields) Field(output, name, value);
        if (page.Cells.Count > 0) Field(output, "cells", page.Cells.Count);
        foreach (PageCell cell in page.Cells) PrintCell(output, page, cell);
    }

    private static void PrintCell(OutputStream output, PageContent page, PageCell cell)
    {
        output.Write("  "u8);
        if (page.Kind == "branch")
        {
            Line(output, $"page {cell.Page}, {cell.Count} entries"
                + (cell.Key.Length == 0 ? ", the rest" : ", keys below"), end: " ");
            EscapedText.Write(output, cell.Key);
        }
        else
        {
            EscapedText.Write(output, cell.Key);
            output.Write("\t"u8);
            if (cell.Value is not null) EscapedText.Write(output, cell.Value);
            else Line(output, $"-> page {cell.Page}, {cell.Count}", end: "");
        }

        output.Write("\n"u8);
    }

    private static void Field(OutputStream output, string name, object value) => output.WriteText(
        string.Create(CultureInfo.InvariantCulture, $"  {name,-30} {value}\n"));

    private static void Line(OutputStream output, string text, string end = "\n") =>
        output.WriteText(text + end);
}
