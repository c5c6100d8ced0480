using System.Text;
using KvCow.Cli;
using KvCow.Cli.Dump;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

/// <summary>Dumps of another store that are not what they seem.</summary>
public class HostileDumpTests
{
    private const int DumpsPerSeed = 100;

    [Theory, Seeds(5)]
    public void A_hostile_dump_is_loaded_or_refused(int seed)
    {
        Random random = new(seed);
        using CommandFolder folder = new();
        using Database database = Database.Open(folder.Database);
        int refused = 0;
        for (int i = 0; i < DumpsPerSeed; i++)
        {
            using MemoryStream dump = new(MakeDump(random));
            try
            {
                new DumpLoad(database, null, skipsBadLines: random.Next(2) == 0)
                    .Run(dump, static _ => { }, default);
            }
            catch (UsageException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10, DumpsPerSeed - 5);
        Assert.True(database.Verify().IsSound);
    }

    private static byte[] MakeDump(Random random)
    {
        List<string> lines = ["VERSION=3", "format=bytevalue", "type=btree", "database=a/b",
            "HEADER=END"];
        for (int i = random.Next(20) * 2; i > 0; i--)
            lines.Add($" {Convert.ToHexStringLower(Keys.Next(random, 0, 40))}");
        lines.Add("DATA=END");
        if (random.Next(3) == 0) lines.AddRange(lines);
        for (int i = random.Next(4); i > 0; i--) Change(lines, random);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n");
    }

    private static void Change(List<string> lines, Random random)
    {
        int place = random.Next(lines.Count);
        string[] odd = ["", " ", "VERSION=99999999999", "format=print", "database=", "database=//",
            "HEADER=END", "DATA=END", " 6", " \\", " \\zz", "duplicates=1", "=", "\0\0",
            new string('6', 9_001), " " + new string('6', 9_000)];
        switch (random.Next(4))
        {
            case 0:
                lines[place] = odd[random.Next(odd.Length)];
                break;
            case 1:
                lines.Insert(place, odd[random.Next(odd.Length)]);
                break;
            case 2 when lines.Count > 1:
                lines.RemoveAt(place);
                break;
            default:
                char[] line = lines[place].ToCharArray();
                if (line.Length > 0) line[random.Next(line.Length)] = (char)random.Next(1, 256);
                lines[place] = new string(line);
                break;
        }
    }
}
