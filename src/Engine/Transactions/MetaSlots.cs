using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Looks at both meta pages on the device, beside commits that write them.</summary>
internal static class MetaSlots
{
    /// <summary>
    /// Adds a finding for a meta page that is not intact. Nothing is lost by it as long as the
    /// other one is; but then the next damage is fatal.
    /// </summary>
    public static VerifyReport Check(StoreParts parts, CommitQueue queue, VerifyReport report)
    {
        // After a crash a reader leaves a torn meta page as it is.
        if (parts.Options.ReadOnly && !parts.Snapshots.Durable.IsClean) return report;
        List<VerifyFinding> findings = [];
        byte[] page = new byte[parts.File.PageBytes];
        for (int slot = 0; slot < MetaPage.SlotCount; slot++)
        {
            if (FindProblem(parts, queue, page, slot) is { } problem)
                findings.Add(new VerifyFinding(slot, null, $"the meta page is damaged: {problem}"));
        }

        return findings.Count == 0 ? report : new VerifyReport(report.PagesVerified,
            report.Entries, report.Depth, [.. report.Findings, .. findings]);
    }

    private static string? FindProblem(
        StoreParts parts, CommitQueue queue, byte[] page, int slot)
    {
        while (true)
        {
            MetaPage durable = parts.Snapshots.Durable;
            bool wasLed = queue.IsLed;
            string problem = "the file ends before it";
            MetaPage? meta = parts.File.TryRead(new PageId((uint)slot), page)
                ? MetaPage.TryRead(page, slot, out problem)
                : null;
            if (meta is not null && (meta.Id >= durable.Id || meta.Id == durable.PreviousId))
                return null;
            if (meta is not null) problem = $"commit {meta.Id} should have been overwritten";

            // Nobody knows, or somebody is writing it at this moment.
            if (parts.File.HasFailed || parts.IsClosed) return null;
            if (!wasLed && !queue.IsLed && durable == parts.Snapshots.Durable) return problem;
            Thread.Yield();
        }
    }
}
