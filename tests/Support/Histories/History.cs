using System.Buffers.Binary;
using System.Numerics;

namespace KvCow.Tests.Support.Histories;

/// <summary>
/// What a bucket holds after each commit of a run: the last writer of each key, kept per commit and
/// never changed. A value follows from its key and its writer, so that each byte can be checked.
/// </summary>
internal sealed class History
{
    private const int ValueBytesMax = 16 << 10;

    // By commit number; element 0 is the state before the first. Null until the commit is entered.
    private readonly ushort[]?[] _writers;
    private readonly ulong _firstId;
    private int _entered;
    private int _acknowledged;

    /// <param name="keyCount">Keys that may be there.</param>
    /// <param name="commitCount">Commits to come, at most 65,535.</param>
    /// <param name="firstId">Id of the commit that is number 0: an empty bucket.</param>
    public History(int keyCount, int commitCount, ulong firstId)
    {
        _writers = new ushort[commitCount + 1][];
        _writers[0] = new ushort[keyCount];
        _firstId = firstId;
    }

    public int KeyCount => _writers[0]!.Length;

    public int CommitCount => _writers.Length - 1;

    /// <summary>The newest commit whose Commit has returned.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The newest commit whose Commit has begun.</summary>
    public int Entered => Volatile.Read(ref _entered);

    public int NumberOf(ReadTransaction tx) => checked((int)(tx.Id - _firstId));

    /// <summary>The last writer of each key after a commit; 0 where the key is missing.</summary>
    public ReadOnlySpan<ushort> After(int commit) => _writers[commit];

    /// <summary>A copy of the newest state, to be changed into the next one.</summary>
    public ushort[] CopyNewest() => (ushort[])_writers[_entered]!.Clone();

    public void Enter(ushort[] writers)
    {
        _writers[_entered + 1] = writers;
        Volatile.Write(ref _entered, _entered + 1);
    }

    public void Acknowledge() => Volatile.Write(ref _acknowledged, _entered);

    public static byte[] Key(int key)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, key);
        return bytes;
    }

    public static byte[] NewValueBuffer() => new byte[ValueBytesMax];

    /// <summary>Fills the front of the buffer with the value, and returns that part.</summary>
    public static ReadOnlySpan<byte> Value(int key, int writer, byte[] buffer)
    {
        ulong state = Mix(((ulong)(uint)key << 32) | (uint)writer);
        Span<byte> value = buffer.AsSpan(0, LengthOf(state));
        for (int at = 0; at < value.Length; at += sizeof(ulong))
        {
            state = BitOperations.RotateLeft(state * 0x9E3779B97F4A7C15, 29);
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(at), state);
        }

        return value;
    }

    /// <summary>Mostly short; some empty, some near the inline limit, some in extents.</summary>
    private static int LengthOf(ulong hash)
    {
        int draw = (int)(hash >> 32);
        return (hash % 100) switch
        {
            < 3 => 0,
            < 90 => (draw & 0xFF) + 1,
            < 98 => 700 + (draw & 0x1FF),
            _ => 1500 + (draw & 0x1FFF),
        };
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
