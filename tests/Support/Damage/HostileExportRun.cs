using System.Globalization;
using KvCow.Engine;
using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Exports made to mislead, whose blocks have the right checksums: imported whole, or refused with
/// a documented exception and bounded memory; the database stays sound.
/// </summary>
internal static class HostileExportRun
{
    private const long AllocatedBytesMax = 64L << 20;

    private static readonly byte[] Records = ReadRecords();

    /// <summary>Buckets in buckets, more than an export may have.</summary>
    private static readonly byte[] Deep =
        [.. Enumerable.Repeat<byte[]>([1, 1, (byte)'d', 0], 12_000).SelectMany(b => b)];

    public static HostileFigures Run(int seed, int files)
    {
        HostileFigures figures = default;
        Random random = new(seed);
        for (int number = 0; number < files; number++)
        {
            try
            {
                figures += RunOne(random);
            }
            catch (Exception failure)
            {
                throw new HostileFileException(string.Create(
                    CultureInfo.InvariantCulture, $"seed {seed}, export {number}"), failure);
            }
        }

        return figures;
    }

    private static HostileFigures RunOne(Random random)
    {
        List<byte> records = [.. Records];
        for (int i = random.Next(3); i >= 0; i--) Change(records, random);
        byte[] export = Wrap([.. records], random);
        using Stream source = random.Next(2) == 0
            ? new MemoryStream(export)
            : new ForwardStream(export);
        using ImageStorage storage = new();
        using Database database = Database.Open(storage, new StoreOptions
        {
            CacheBytes = 1 << 20,
            UnflushedTimeMax = Timeout.InfiniteTimeSpan,
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isTaken = false;
        try
        {
            database.ImportFrom(source);
            isTaken = true;
        }
        catch (Exception refusal) when (refusal is ExportFormatException or KeyTooLongException
            or ValueTooLongException or DatabaseFullException)
        {
            bool isUnchanged = !source.CanSeek || refusal is not ExportFormatException
                || database.Read(tx => tx.ListBuckets().Count == 0);
            if (!isUnchanged) throw new ContractException("a refused export left something");
        }

        if (GC.GetAllocatedBytesForCurrentThread() - before > AllocatedBytesMax)
            throw new ContractException("the import allocated more than it should");
        if (!database.Verify().IsSound) throw new ContractException("the database is not sound");
        return new HostileFigures(1, isTaken ? 0 : 1, 0, isTaken ? 1 : 0);
    }

    private static void Change(List<byte> records, Random random)
    {
        if (records.Count == 0) records.Add(0); // The change before has left nothing.
        int place = random.Next(records.Count);
        switch (random.Next(8))
        {
            case 0:
                records[place] = (byte)random.Next(256);
                break;
            case 1:
                records[place] += (byte)(random.Next(2) * 2 - 1);
                break;
            case 2:
                records[place] = (byte)random.Next(4);
                break;
            case 3:
                // The largest number, and one that has no end.
                records.InsertRange(place, Enumerable.Repeat((byte)0xFF, random.Next(1, 12)));
                break;
            case 4:
                records.RemoveRange(place, Math.Min(random.Next(1, 40), records.Count - place));
                break;
            case 5:
                int count = Math.Min(random.Next(1, 400), records.Count - place);
                records.InsertRange(random.Next(records.Count), records.GetRange(place, count));
                break;
            case 6:
                records.RemoveRange(place, records.Count - place);
                records.Add(1);
                break;
            default:
                if (random.Next(10) == 0) records.InsertRange(0, Deep);
                break;
        }
    }

    private static byte[] Wrap(byte[] records, Random random)
    {
        using MemoryStream export = new();
        Span<byte> header = stackalloc byte[16];
        "KVCOWEXP"u8.CopyTo(header);
        WriteUInt32LittleEndian(header[8..], random.Next(50) == 0 ? (uint)random.Next() : 1);
        WriteUInt32LittleEndian(header[12..], Crc32C.Compute(header[..12]));
        export.Write(header);
        ulong number = 0;
        for (int at = 0; at < records.Length;)
        {
            int length = Math.Min(records.Length - at, random.Next(1, 65537));
            WriteBlock(export, number++, records.AsSpan(at, length), random);
            at += length;
        }

        if (random.Next(20) > 0) WriteBlock(export, number, [], random);
        return export.ToArray();
    }

    private static void WriteBlock(
        MemoryStream export, ulong number, ReadOnlySpan<byte> payload, Random random)
    {
        byte[] block = new byte[4 + payload.Length + 4];
        uint length = random.Next(200) == 0 ? (uint)random.Next(-1, 100_000) : (uint)payload.Length;
        WriteUInt32LittleEndian(block, length);
        payload.CopyTo(block.AsSpan(4));
        uint crc = ExportBlockWriter.Crc(number, block.AsSpan(0, 4 + payload.Length));
        WriteUInt32LittleEndian(block.AsSpan(4 + payload.Length), crc);
        export.Write(block);
    }

    /// <summary>The records of a sound export, without its blocks.</summary>
    private static byte[] ReadRecords()
    {
        using ImageStorage storage = new(SampleContent.Small[0].Image);
        using Database database = Database.Open(storage, new StoreOptions
        {
            CacheBytes = 1 << 20,
            ReadOnly = true,
            CreateMode = CreateMode.OpenExisting,
        });
        using MemoryStream export = new();
        database.ExportTo(export);
        byte[] bytes = export.ToArray();
        List<byte> records = [];
        for (int at = 16; at < bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at);
            records.AddRange(bytes[(at + 4)..(at + 4 + length)]);
            at += 8 + length;
        }

        return [.. records];
    }

    /// <summary>As a pipe: nobody can look ahead.</summary>
    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
