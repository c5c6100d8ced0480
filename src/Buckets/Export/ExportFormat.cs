namespace KvCow;

//  The whole format, for people, is docs/export-format.md.
//
//    header  8  "KVCOWEXP"
//            4  version, little endian
//            4  CRC-32C of the 12 bytes before
//    block   4  length n of the payload, little endian; 0 in the last block
//            n  payload; all payloads in a row are the records
//            4  CRC-32C of the block's number (8 bytes, from 0), its length and its payload
//    records    1 byte of kind, then bytes, and numbers of 7 bits a byte (low first, top bit:
//               more follow)
/// <summary>The numbers of the export format.</summary>
internal static class ExportFormat
{
    public const int HeaderBytes = 16;
    public const uint Version = 1;

    /// <summary>Large enough to cost little, small enough for anybody's memory.</summary>
    public const int PayloadBytesMax = 64 << 10;

    /// <summary>The longest key of any page size; a longer one is damage.</summary>
    public const int KeyBytesMax = 16 << 10;

    /// <summary>
    /// Bounds what a few bytes of a hostile export can make an import hold: a handle for each
    /// bucket that is open.
    /// </summary>
    public const int DepthMax = 10_000;

    /// <summary>Behind it: count of buckets, count of entries; then the last block.</summary>
    public const byte End = 0;

    /// <summary>Behind it: length and bytes of the name, sequence.</summary>
    public const byte OpenBucket = 1;

    /// <summary>Behind it: length of the key, key, length of the value, value.</summary>
    public const byte Entry = 2;

    public const byte CloseBucket = 3;

    public static ReadOnlySpan<byte> Magic => "KVCOWEXP"u8;
}
