using System.Globalization;

namespace KvCow.Tests.Campaign;

/// <summary>What the command line asks for.</summary>
internal sealed record CampaignArguments
{
    public const string Usage =
        "usage: campaign NAME [--seed N] [--count CASES] [--hours H] [--resume FILE]\n"
        + "                     [--threads N] [--size N]\n"
        + "Begins with seed N (1) and goes on until there are so many cases (the row's goal), or\n"
        + "the hours are over, or it is interrupted. With a file it goes on where that one ended.";

    public required string Name { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Null: the goal of the campaign.</summary>
    public long? Count { get; init; }

    public double? Hours { get; init; }

    public string? StatePath { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Null: what is usual for the campaign.</summary>
    public int? Size { get; init; }

    /// <exception cref="FormatException">They make no sense.</exception>
    public static CampaignArguments Parse(string[] args)
    {
        if (args.Length == 0 || args[0].StartsWith('-')) throw new FormatException(Usage);
        CampaignArguments parsed = new() { Name = args[0] };
        for (int i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) throw new FormatException($"{args[i]} lacks its value.");
            parsed = parsed.With(args[i], args[i + 1]);
        }

        return parsed;
    }

    private CampaignArguments With(string option, string value)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return option switch
        {
            "--seed" => this with { Seed = int.Parse(value, invariant) },
            "--count" => this with { Count = long.Parse(value, invariant) },
            "--hours" => this with { Hours = double.Parse(value, invariant) },
            "--threads" => this with { Threads = int.Parse(value, invariant) },
            "--size" => this with { Size = int.Parse(value, invariant) },
            "--resume" => this with { StatePath = value },
            _ => throw new FormatException($"There is no option {option}.\n{Usage}"),
        };
    }
}
