using KvCow.Engine.Storage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class GatherVectorTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(99, 0, 99)]
    [InlineData(100, 1, 0)]
    [InlineData(350, 2, 50)]
    [InlineData(599, 2, 299)]
    public unsafe void A_short_transfer_goes_on_at_the_first_byte_not_written(
        int written, int vectorsDone, int bytesDone)
    {
        GatherVector* vectors = stackalloc GatherVector[3];
        for (int i = 0; i < 3; i++)
            vectors[i] = new GatherVector { Address = At(i * 1000), Length = (nuint)(i + 1) * 100 };

        GatherVector* rest = vectors;
        int count = 3;
        GatherVector.Skip(ref rest, ref count, (nuint)written);

        Assert.Equal(3 - vectorsDone, count);
        Assert.True(rest == vectors + vectorsDone);
        Assert.True(rest->Address == At((vectorsDone * 1000) + bytesDone));
        Assert.Equal((nuint)(((vectorsDone + 1) * 100) - bytesDone), rest->Length);
    }

    [Fact]
    public unsafe void A_whole_transfer_leaves_nothing()
    {
        var vector = new GatherVector { Address = At(0), Length = 100 };
        GatherVector* rest = &vector;
        int count = 1;
        GatherVector.Skip(ref rest, ref count, 100);
        Assert.Equal(0, count);
    }

    private static unsafe byte* At(int address) => (byte*)(nint)address;
}
