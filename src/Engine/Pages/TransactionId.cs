using System.Globalization;

namespace KvCow.Engine.Pages;

/// <summary>
/// Number of a write transaction, ascending by one per commit; on a page, its <i>birth</i>.
/// </summary>
internal readonly record struct TransactionId(ulong Value) : IComparable<TransactionId>
{
    public static readonly TransactionId None = new(0);

    public TransactionId Next => new(Value + 1);

    public static bool operator <(TransactionId a, TransactionId b) => a.Value < b.Value;

    public static bool operator >(TransactionId a, TransactionId b) => a.Value > b.Value;

    public static bool operator <=(TransactionId a, TransactionId b) => a.Value <= b.Value;

    public static bool operator >=(TransactionId a, TransactionId b) => a.Value >= b.Value;

    public int CompareTo(TransactionId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
