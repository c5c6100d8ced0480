namespace KvCow.Tests.Campaign;

/// <summary>
/// Looks for a smaller run that fails as well: the seed itself, then others, with a fraction of
/// the size, growing until one fails.
/// </summary>
internal static class Shrinking
{
    private const int OtherSeeds = 40;

    /// <summary>The smallest failing case found; null if there is none smaller.</summary>
    public static CampaignFailure? Find(SeededRun run, int seed, int size)
    {
        for (int smaller = 1; smaller < size; smaller = (smaller * 3 / 2) + 1)
        {
            for (int other = 0; other <= OtherSeeds; other++)
            {
                int tried = other == 0 ? seed : other;
                if (Try(run, tried, smaller) is { } message)
                    return new CampaignFailure(tried, smaller, message);
            }
        }

        return null;
    }

    private static string? Try(SeededRun run, int seed, int size)
    {
        try
        {
            run(seed, size);
            return null;
        }
        catch (Exception failure)
        {
            return failure.Message;
        }
    }
}
