using System.Text.Json;

namespace KvCow.Tests.Campaign;

/// <summary>How far a campaign has come; kept in a small file, to go on from later.</summary>
internal sealed record CampaignState
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required string Name { get; init; }

    public int FirstSeed { get; init; } = 1;

    /// <summary>All seeds from the first to the one before it are done and counted.</summary>
    public int NextSeed { get; set; } = 1;

    public long Cases { get; set; }

    /// <summary>Spent on the seeds that are counted, by all sessions, on the clock.</summary>
    public double Seconds { get; set; }

    /// <summary>The commits whose code ran, oldest first.</summary>
    public List<string> Commits { get; init; } = [];

    public List<CampaignFailure> Failures { get; init; } = [];

    public static CampaignState Load(string name, string? path, int seed)
    {
        if (path is null || !File.Exists(path))
            return new CampaignState { Name = name, FirstSeed = seed, NextSeed = seed };
        CampaignState state = JsonSerializer.Deserialize<CampaignState>(File.ReadAllText(path))
            ?? throw new FormatException($"'{path}' is empty.");
        return state.Name == name
            ? state
            : throw new FormatException($"'{path}' belongs to the campaign {state.Name}.");
    }

    public void Save(string? path)
    {
        if (path is null) return;
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, Indented) + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }
}
