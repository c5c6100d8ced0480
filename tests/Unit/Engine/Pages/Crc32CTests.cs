using System.Globalization;
using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_is_right()
    {
        Assert.Equal(0xE3069283, Crc32C.Compute("123456789"u8));
        Assert.Equal(0xE3069283, ~ByBits(uint.MaxValue, "123456789"u8));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Theory, Seeds(20)]
    public void Every_way_to_compute_it_gives_the_same(int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[9100];
        random.NextBytes(bytes);
        for (int i = 0; i < 60; i++)
        {
            uint register = (uint)random.NextInt64(uint.MaxValue + 1L);
            int start = random.Next(64);
            int length = i < 20 ? random.Next(300) : random.Next(9001);
            ReadOnlySpan<byte> part = bytes.AsSpan(start, length);
            uint expected = ByBits(register, part);
            Assert.Equal(expected, Crc32C.AppendByWords(register, part));
            Assert.Equal(expected, Crc32CStreams.Append(register, part));
            if (Crc32CFolding256.IsSupported)
                Assert.Equal(expected, Crc32CFolding256.Append(register, part));
            if (Crc32CFolding512.IsSupported)
                Assert.Equal(expected, Crc32CFolding512.Append(register, part));
            Assert.Equal(~expected, Crc32C.Append(~register, part));
        }
    }

    [Fact]
    public void Appending_in_parts_equals_computing_at_once()
    {
        byte[] bytes = new byte[5000];
        new Random(4).NextBytes(bytes);
        uint parts = Crc32C.Append(
            Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, 333)), bytes.AsSpan(333, 4000)),
            bytes.AsSpan(4333));
        Assert.Equal(Crc32C.Compute(bytes), parts);
    }

    [Fact]
    public void A_product_without_carries_is_computed_bit_by_bit_where_no_instruction_is()
    {
        // (x + 1) * (x + 1) = x^2 + 1: the middle terms cancel out.
        Assert.Equal(0b101ul, Crc32CStreams.MultiplyByBits(0b11, 0b11));
        Assert.Equal(
            0x5555555555555555ul, Crc32CStreams.MultiplyByBits(uint.MaxValue, uint.MaxValue));
    }

    [Fact]
    public void A_changed_byte_changes_the_checksum_of_a_page()
    {
        byte[] page = new byte[4096];
        new Random(5).NextBytes(page);
        uint crc = PageChecksum.Seal(page);
        Assert.Equal(crc, PageHeader.Crc(page));
        Assert.True(PageChecksum.IsIntact(page));
        for (int i = 0; i < page.Length; i += 13)
        {
            page[i] ^= 0x10;
            Assert.False(
                PageChecksum.IsIntact(page), i.ToString(CultureInfo.InvariantCulture));
            page[i] ^= 0x10;
        }
    }

    /// <summary>The definition: one bit at a time.</summary>
    private static uint ByBits(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            register ^= b;
            for (int bit = 0; bit < 8; bit++)
                register = (register >> 1) ^ ((register & 1) == 0 ? 0 : 0x82F63B78);
        }

        return register;
    }
}
