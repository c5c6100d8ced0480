namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Every page of a small database zeroed, changed with every other, and set back to what it was
/// after each earlier commit.
/// </summary>
internal static class PageDamageRun
{
    private const int PageBytes = 4096;

    public static DamageFigures Run(SampleContent sample)
    {
        DamageOracle oracle = new(sample);
        DamageFigures figures = default;
        int pages = sample.Image.Main.Length / PageBytes;
        for (int page = 0; page < pages; page++)
        {
            figures += Try(sample, oracle, $"zero page {page}", image =>
                Page(image, page).Clear());
            for (int other = page + 1; other < pages; other++)
            {
                figures += Try(sample, oracle, $"swap {page} and {other}", image =>
                {
                    byte[] former = Page(image, page).ToArray();
                    Page(image, other).CopyTo(Page(image, page));
                    former.CopyTo(Page(image, other));
                });
            }

            foreach (byte[] older in sample.History)
            {
                if (older.Length < (page + 1) * PageBytes) continue;
                figures += Try(sample, oracle, $"an older page {page}", image =>
                    older.AsSpan(page * PageBytes, PageBytes).CopyTo(Page(image, page)));
            }
        }

        return figures;
    }

    private static Span<byte> Page(FileImage image, int page) =>
        image.Main.AsSpan(page * PageBytes, PageBytes);

    private static DamageFigures Try(
        SampleContent sample, DamageOracle oracle, string what, Action<FileImage> damage)
    {
        FileImage image = sample.Image.Copy();
        damage(image);
        HashSet<long> damaged = [];
        for (int page = 0; page < image.Main.Length / PageBytes; page++)
        {
            if (!Page(image, page).SequenceEqual(Page(sample.Image, page))) damaged.Add(page);
        }

        if (damaged.Count == 0) return default;
        try
        {
            return new DamageFigures(1, oracle.Check(image, damaged, verify: true) ? 1 : 0);
        }
        catch (Exception failure)
        {
            throw new HostileFileException($"{sample.Name}: {what}", failure);
        }
    }
}
