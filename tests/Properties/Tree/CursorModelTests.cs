using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Properties.Tree;

/// <summary>Moves a cursor at random while the tree changes under it.</summary>
public sealed class CursorModelTests
{
    private const int StepCount = 1_500;

    [Theory, Seeds(20)]
    public void A_cursor_keeps_its_place_while_the_tree_changes(int seed)
    {
        Random random = new(seed);
        using TreeTestBed bed = new(pageBytes: 4096);
        NastyKeys keys = new(random, bed.Pages.PageBytes);
        for (int i = 0; i < 200; i++) bed.Put(keys.Next(), new byte[random.Next(60)]);
        CursorModel model = new(bed.Model);
        using (TreeCursor cursor = bed.Tree.OpenCursor())
        {
            Seek(cursor, model, keys.Next(), random);
            for (int i = 0; i < StepCount; i++)
            {
                Step(bed, cursor, model, keys, random);
                Assert.Equal(model.Key is not null, cursor.IsOnEntry);
                if (model.Key is null) continue;
                Assert.Equal(model.Key, cursor.Key.ToArray());
                Assert.Equal(bed.Model[model.Key], cursor.Value.Bytes.ToArray());
            }
        }

        bed.CheckShape();
    }

    private static void Step(
        TreeTestBed bed, TreeCursor cursor, CursorModel model, NastyKeys keys, Random random)
    {
        switch (random.Next(12))
        {
            case < 4:
                cursor.MoveNext();
                model.MoveNext();
                break;
            case < 7:
                cursor.MovePrevious();
                model.MovePrevious();
                break;
            case 7 when cursor.IsOnEntry:
                bed.Model.Remove(model.Key!); // The cursor is on an entry, so its model is.
                cursor.Delete();
                break;
            case 8:
                Seek(cursor, model, keys.Next(), random);
                break;
            case 9:
                bed.Delete(model.Key ?? keys.Next());
                break;
            case 10 when model.Key is not null:
                bed.Put(model.Key, new byte[random.Next(900 - Math.Min(900, model.Key.Length))]);
                break;
            default:
                bed.Put(keys.Next(), new byte[random.Next(60)]);
                break;
        }
    }

    private static void Seek(TreeCursor cursor, CursorModel model, byte[] key, Random random)
    {
        bool inclusive = random.Next(2) == 0;
        cursor.MoveToAbove(key, inclusive);
        model.SeekAbove(key, inclusive);
    }
}
