namespace KvCow.Tests.Support.Damage;

/// <summary>Figures of a run over damaged files.</summary>
/// <param name="Cases">Files tried.</param>
/// <param name="Noticed">Of those, the ones where something was refused or found.</param>
internal readonly record struct DamageFigures(long Cases, long Noticed)
{
    public static DamageFigures operator +(DamageFigures a, DamageFigures b) =>
        new(a.Cases + b.Cases, a.Noticed + b.Noticed);
}
