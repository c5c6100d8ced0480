namespace KvCow;

//  Each step is its kind, a byte, and then, numbers as 7-bit groups, low first, the last without
//  the top bit, and bytes with their length before them:
//
//  Name     bucket, count of names, the names from the top down: gives the bucket a number
//  Put      bucket, key, value
//  Delete   bucket, key
//  DeleteRange  bucket, from, to
//  DeleteFrom   bucket, from
//  Clear    bucket
//  Create   bucket, name
//  Drop     bucket, name
//  Move     bucket, name, new parent, new name
//  Sequence bucket, number
/// <summary>
/// The words of the redo log: what a transaction did to which bucket. Bucket 0 is the transaction
/// itself, which has no entries; the others have numbers of their transaction's own.
/// </summary>
internal enum RedoStep : byte
{
    Name = 1,
    Put = 2,
    Delete = 3,
    DeleteRange = 4,
    DeleteFrom = 5,
    Clear = 6,
    Create = 7,
    Drop = 8,
    Move = 9,
    Sequence = 10,
}
