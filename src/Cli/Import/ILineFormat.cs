namespace KvCow.Cli.Import;

/// <summary>How a line of input says a key and a value.</summary>
internal interface ILineFormat
{
    /// <summary>Fills the entry, which is empty before; false if the line is bad.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <param name="entry">Where key and value go.</param>
    /// <param name="problem">What is wrong with a bad line.</param>
    bool TryParse(ReadOnlySpan<byte> line, ParsedEntry entry, out string problem);
}
