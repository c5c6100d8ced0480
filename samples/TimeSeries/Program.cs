// A reading a second for a day; then counts, a median and retention, by the order of the keys.
using System.Buffers.Binary;
using KvCow;

using Database database = Database.Open(args[0]);
DateTime day = new(2026, 11, 21, 0, 0, 0, DateTimeKind.Utc);
const int Seconds = 24 * 60 * 60;

database.Write(transaction =>
{
    WritableBucket readings = transaction.OpenOrCreateBucket("readings");
    Span<byte> value = stackalloc byte[sizeof(double)];
    for (int second = 0; second < Seconds; second++)
    {
        BinaryPrimitives.WriteDoubleBigEndian(value, 20 + (5 * Math.Sin(second / 10_000.0)));
        readings.Put(Key(day.AddSeconds(second)), value);
    }
});

database.Read(transaction =>
{
    Bucket readings = transaction.OpenBucket("readings");

    // Counted from the branch pages, in O(log n): no reading is read.
    long morning = readings.CountRange(Key(day.AddHours(6)), Key(day.AddHours(12)));
    Console.WriteLine($"readings from 6 to 12: {morning}");
    Console.WriteLine($"readings in all: {readings.Count}");

    // The entry in the middle, without a walk to it.
    Console.WriteLine($"middle: {Time(readings.ElementAt(readings.Count / 2).Key):HH:mm:ss}");

    // The newest before a moment, as sensors are asked.
    if (readings.Below(Key(day.AddHours(9))) is { } newest)
        Console.WriteLine($"last before nine: {Time(newest.Key):HH:mm:ss}");

    double warmest = double.MinValue;
    foreach (EntryView reading in readings.Range(Key(day), Key(day.AddHours(1))))
        warmest = Math.Max(warmest, BinaryPrimitives.ReadDoubleBigEndian(reading.Value));
    Console.WriteLine(FormattableString.Invariant($"warmest of the first hour: {warmest:F2}"));
});

// Pages that lie wholly inside the range are dropped without a look at their keys.
long dropped = database.Write(transaction => transaction.OpenBucket("readings")
    .DeleteRange(Key(day), Key(day.AddHours(12))));
Console.WriteLine($"dropped: {dropped}");

static byte[] Key(DateTime time)
{
    byte[] key = new byte[sizeof(long)];
    BinaryPrimitives.WriteInt64BigEndian(key, time.Ticks);
    return key;
}

static DateTime Time(byte[] key) =>
    new(BinaryPrimitives.ReadInt64BigEndian(key), DateTimeKind.Utc);
