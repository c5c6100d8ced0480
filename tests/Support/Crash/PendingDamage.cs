using KvCow.Engine;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Does to the log beside the file what other programs and devices may: takes it away, cuts it,
/// puts back an earlier one or that of another database, flips a bit, makes it longer.
/// </summary>
internal sealed class PendingDamage(StoreOptions options)
{
    private const int EarlierMax = 32;

    private readonly List<byte[]> _earlier = [];
    private readonly byte[] _foreign = MakeForeign(options);

    public void Apply(SimulatedDisk disk, Random random)
    {
        byte[]? present = disk.Names.Contains(PendingFile.Suffix)
            ? disk.ReadAll(PendingFile.Suffix)
            : null;
        byte[]? damaged = random.Next(6) switch
        {
            0 => null,
            1 => present?[..random.Next(present.Length + 1)],
            2 => _earlier.Count == 0 ? null : _earlier[random.Next(_earlier.Count)],
            3 => _foreign,
            4 => Flip(present, random),
            _ => [.. present ?? [], .. Keys.NextValue(random, 1, 5000)],
        };
        if (present is not null) Remember(present, random);
        if (damaged is not null) disk.Damage.SetContent(PendingFile.Suffix, damaged);
        else if (present is not null) disk.Damage.Remove(PendingFile.Suffix);
    }

    private static byte[]? Flip(byte[]? present, Random random)
    {
        if (present is null || present.Length == 0) return present;
        byte[] flipped = (byte[])present.Clone();
        // Mostly where there is something to break: the head and the start of the log.
        int offset = random.Next(3) switch
        {
            0 => random.Next(Math.Min(48, present.Length)),
            1 => Math.Min(4096 + random.Next(100), present.Length - 1),
            _ => random.Next(present.Length),
        };
        flipped[offset] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private void Remember(byte[] present, Random random)
    {
        if (_earlier.Count < EarlierMax) _earlier.Add(present);
        else if (random.Next(10) == 0) _earlier[random.Next(EarlierMax)] = present;
    }

    private static byte[] MakeForeign(StoreOptions options)
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), options);
        for (int i = 0; i < 9; i++)
            database.Write(tx => tx.OpenOrCreateBucket("foreign").Put([(byte)i], new byte[i]));
        return disk.ReadAll(PendingFile.Suffix);
    }
}
