namespace KvCow;

/// <summary>How the entry sought lies to a key: the nearest one on that side.</summary>
internal enum KeyRelation
{
    Above,
    AtOrAbove,
    Below,
    AtOrBelow,
}
