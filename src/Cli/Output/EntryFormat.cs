namespace KvCow.Cli.Output;

/// <summary>How keys and values are printed.</summary>
internal enum EntryFormat
{
    /// <summary>The bytes as they are: <c>KEY&lt;TAB&gt;VALUE</c>.</summary>
    Text,

    /// <summary>The same with special bytes as <c>\t</c>, <c>\xHH</c> and so on.</summary>
    Escaped,

    /// <summary>The same as hex digits.</summary>
    Hex,

    /// <summary>An object a line, as <c>import --format jsonl</c> reads it.</summary>
    Json,
}
