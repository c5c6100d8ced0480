using System.Globalization;
using KvCow.Tests.Campaign;

// Runs the rows of docs/reliability.md for hours. Exit codes: 0 no failure, 1 a failure, 2 usage.
try
{
    CampaignArguments arguments = CampaignArguments.Parse(args);
    CampaignKind? kind = AllCampaigns.Find(arguments.Name);
    if (kind is null)
    {
        string names = string.Join(", ", AllCampaigns.List.Select(static known => known.Name));
        throw new FormatException($"There is no campaign {arguments.Name}, but {names}.");
    }

    CampaignState state = new CampaignRunner(kind, arguments).Run();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{kind.Name}: {state.Cases:N0} {kind.Cases} of {kind.Goal:N0}, seeds {state.FirstSeed} to "
        + $"{state.NextSeed - 1}, {state.Failures.Count} failures, {state.Seconds:N0} s, "
        + $"commit {string.Join(" ", state.Commits)}, {Origin.Machine}"));
    return state.Failures.Count == 0 ? 0 : 1;
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
