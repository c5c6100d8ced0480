using System.Globalization;

namespace KvCow.Engine.Storage;

/// <summary>Finds the process that holds a lock in the table Linux shows of all locks.</summary>
internal static class LockOwner
{
    private const string TablePath = "/proc/locks";

    public static int? Find(FileStatus file)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return Find(File.ReadLines(TablePath), file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // The name of the owner only makes a message better.
        }
    }

    /// <summary>
    /// Reads lines such as <c>1: FLOCK  ADVISORY  WRITE 4711 08:02:131 0 EOF</c>. Some file systems
    /// (btrfs, overlays) show another device there than in the file's status, so a line that
    /// agrees in the inode alone counts if none agrees in both.
    /// </summary>
    internal static int? Find(IEnumerable<string> lines, FileStatus file)
    {
        string inode = file.Inode.ToString(CultureInfo.InvariantCulture);
        string device = string.Create(
            CultureInfo.InvariantCulture, $"{file.DeviceMajor:x2}:{file.DeviceMinor:x2}");
        int? likely = null;
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // A waiting process has an arrow as second word and so fails the test for FLOCK.
            if (words.Length < 6 || words[1] != "FLOCK") continue;
            int inodeStart = words[5].LastIndexOf(':') + 1;
            if (inodeStart == 0 || words[5][inodeStart..] != inode) continue;
            // Owners outside the own process namespace have the number 0 or -1.
            if (!int.TryParse(words[4], CultureInfo.InvariantCulture, out int owner)) continue;
            if (owner <= 0) continue;
            if (words[5][..(inodeStart - 1)] == device) return owner;
            likely ??= owner;
        }

        return likely;
    }
}
