namespace KvCow.Tests.Campaign;

/// <summary>Every campaign there is. One more row is one more list here.</summary>
internal static class AllCampaigns
{
    public static readonly CampaignKind[] List =
    [
        .. CrashCampaigns.List,
        .. DamageCampaigns.List,
        .. ProcessCampaigns.List,
        .. ThreadCampaigns.List,
    ];

    public static CampaignKind? Find(string name) =>
        List.FirstOrDefault(kind => kind.Name == name);
}
