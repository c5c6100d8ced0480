namespace KvCow;

/// <summary>How far a compaction has come.</summary>
/// <param name="Fraction">An estimate, from 0 to 1; it does not go back.</param>
/// <param name="BytesMoved">Bytes of pages written by this call.</param>
/// <param name="FileBytes">Size of the file now.</param>
/// <param name="LiveBytes">Bytes of pages in use now.</param>
public readonly record struct CompactionProgress(
    double Fraction, long BytesMoved, long FileBytes, long LiveBytes);
