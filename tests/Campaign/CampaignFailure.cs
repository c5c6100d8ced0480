namespace KvCow.Tests.Campaign;

/// <summary>A broken promise, and how to see it again.</summary>
internal sealed record CampaignFailure(int Seed, int Size, string Message)
{
    public static string CommandOf(string name, int seed, int size) =>
        "dotnet run -c Release --project tests/Campaign -- "
        + $"{name} --seed {seed} --count 1 --threads 1 --size {size}";
}
