using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>The failures of the tree, one method each.</summary>
internal static class Throw
{
    [DoesNotReturn]
    public static void WrongKind(PageId id, PageKind kind, int level) =>
        Corrupt(id, string.Create(
            CultureInfo.InvariantCulture, $"a page of kind {(int)kind} stands at level {level}"));

    [DoesNotReturn]
    public static void WrongLevel(PageId id, int level, int expected) =>
        Corrupt(id, string.Create(
            CultureInfo.InvariantCulture, $"its level is {level}, its parent's asks {expected}"));

    [DoesNotReturn]
    public static void TooManyLevels(PageId id, int level) =>
        Corrupt(id, string.Create(
            CultureInfo.InvariantCulture,
            $"its level {level} is above the highest of a tree, {PageLimits.TreeLevelsMax - 1}"));

    [DoesNotReturn]
    public static void WrongCount(PageId id, ulong count, ulong expected) =>
        Corrupt(id, string.Create(
            CultureInfo.InvariantCulture,
            $"it counts {count} entries, its parent says {expected}"));

    [DoesNotReturn]
    public static void EmptyPage(PageId id) => Corrupt(id, "a page of a tree is empty");

    [DoesNotReturn]
    public static void SingleChild(PageId id) => Corrupt(id, "a branch has a single child");

    [DoesNotReturn]
    public static void WrongOrder(PageId id) =>
        Corrupt(id, "its keys are not on the side of its separator where they should be");

    [DoesNotReturn]
    public static void NotOnEntry() => throw new InvalidOperationException(
        "The cursor is not on an entry: it is before the first, after the last, or its entry was "
        + "deleted. Move it first.");

    [DoesNotReturn]
    public static void NotPositioned() => throw new InvalidOperationException(
        "The cursor has no place yet, or lost it when a page could not be read. Move it to the "
        + "first or last entry or seek a key first.");

    [DoesNotReturn]
    public static void ReadOnlyCursor() => throw new InvalidOperationException(
        "A cursor of a read transaction cannot delete.");

    [DoesNotReturn]
    private static void Corrupt(PageId id, string problem) =>
        throw new CorruptPageException(id.Index, problem);
}
