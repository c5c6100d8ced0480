using System.Text.Json;

namespace KvCow.Cli.Output;

/// <summary>One decoded page as an object on standard output.</summary>
internal static class PageJson
{
    public static void Print(PageContent page) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("page", page.PageId);
        json.WriteString("kind", page.Kind);
        json.WriteString("problem", page.Problem);
        json.WriteNumber("page_id_stored", page.ClaimedId);
        json.WriteNumber("commit", page.Birth);
        json.WriteNumber("level", page.Level);
        json.WriteString("crc", $"{page.Crc:x8}");
        if (page.UsedBytes is { } used) json.WriteNumber("used_bytes", used);
        json.WriteStartObject("fields");
        foreach ((string name, string value) in page.Fields)
            json.WriteString(name.Replace(' ', '_'), value);
        json.WriteEndObject();
        json.WriteStartArray("cells");
        foreach (PageCell cell in page.Cells) WriteCell(json, cell);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteCell(Utf8JsonWriter json, PageCell cell)
    {
        json.WriteStartObject();
        EntryWriter.WriteProperty(json, "key", cell.Key);
        if (cell.Value is not null) EntryWriter.WriteProperty(json, "value", cell.Value);
        if (cell.Page is { } child) json.WriteNumber("page", child);
        if (cell.Count is { } count) json.WriteNumber("count", count);
        json.WriteEndObject();
    }
}
