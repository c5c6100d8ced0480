using System.Buffers;

namespace KvCow.Cli.Import;

/// <summary>Key and value of one line; its memory serves line after line.</summary>
internal sealed class ParsedEntry
{
    public ArrayBufferWriter<byte> Key { get; } = new();

    public ArrayBufferWriter<byte> Value { get; } = new();

    public void Clear()
    {
        Key.ResetWrittenCount();
        Value.ResetWrittenCount();
    }
}
