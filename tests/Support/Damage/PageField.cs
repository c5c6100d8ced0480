namespace KvCow.Tests.Support.Damage;

/// <summary>One number in a page.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Size">1, 2, 4 or 8 bytes, little endian.</param>
/// <param name="Role">What it means.</param>
internal readonly record struct PageField(string Name, int Offset, int Size, FieldRole Role);
