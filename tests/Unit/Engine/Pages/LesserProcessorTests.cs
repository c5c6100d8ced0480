using KvCow.Tests.Crash.Child;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Unit.Engine.Pages;

/// <summary>
/// A file made where the processor has fewer instructions is the same file: whoever has more, or
/// fewer, reads it, with every checksum and every search right.
/// </summary>
public sealed class LesserProcessorTests
{
    [Theory]
    [InlineData("EnableHWIntrinsic")]
    [InlineData("EnableAVX")]
    [InlineData("EnableAVX512")]
    public void What_a_lesser_processor_writes_others_read_and_the_other_way_round(string setting)
    {
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("lesser.kvcow");
        using (ChildProcess writer = ChildProcess.StartWithout(path, setting))
        {
            Assert.Equal(60, writer.ReadAcknowledged(int.MaxValue));
            Assert.Equal(0, writer.WaitForEnd());
        }

        Assert.Equal(60, RecordCheck.Run(path));
        using (Database database = Database.Open(path))
            database.Write(tx => Records.Commit(tx, 61));
        using ChildProcess reader = ChildProcess.StartCheckWithout(path, setting);
        Assert.Equal("61", reader.ReadText().Trim());
        Assert.Equal(0, reader.WaitForEnd());
    }
}
